/** One caching strategy under a workload: its run, what it is asked, and what there is to say of it. */
import type { Body, CachedRows, StrategyFacts } from "../contract";
import type { OwnedRun } from "../run/service";
import { INSTANCES } from "./schedule";
import { Tally } from "./tally";

/** Operations without an answer; what comes beyond is not sent and counts as failed. */
const MAX_IN_FLIGHT = 2000;

export class Strategy {
  readonly tally: Tally;
  private readonly rows: CachedRows;
  private inFlight = 0;
  private queriesBefore = 0;
  private lost: number | null = null;
  /** The last write of each row: a row has one writer at a time, so that its n-th write is known when it is read. */
  private readonly writing = new Map<number, Promise<void>>();

  /** @param strategies how many share the workload */
  constructor(
    readonly owned: OwnedRun,
    strategies: number,
    bucketMs: number,
    /** ms since the workload began. */
    private readonly elapsedMs: () => number,
  ) {
    const { rows } = owned.run.pattern;
    if (!rows) throw new Error(`${owned.run.pattern.id} has no rows to read and write`);
    this.rows = rows;
    this.tally = new Tally(bucketMs);
    owned.run.compare(strategies);
  }

  /** Opens the instances' connections, so that no operation has to wait for one. */
  async connect(): Promise<void> {
    const { run } = this.owned;
    const calls = Array.from({ length: INSTANCES }, (_, by) => [this.rows.read(1, by), this.rows.write(1, 1, by)]);
    const actors = new Set(calls.flat().map(({ action, body }) => run.desk.actorOf(action, body)));
    await Promise.all([...actors].map((actor) => run.actors.get(actor)));
    this.queriesBefore = this.queriesSent;
  }

  /** Never rejects; resolves when the operation is answered or has failed. */
  async ask(row: number, write: boolean, by: number): Promise<void> {
    if (this.inFlight >= MAX_IN_FLIGHT) return this.tally.failedAt(this.elapsedMs(), write);
    this.inFlight += 1;
    await (write ? this.write(row, by) : this.read(row, by));
    this.inFlight -= 1;
  }

  /** How many queries there have been, for the bucket of this moment. */
  sample(): void {
    this.tally.queriesUpTo(this.queriesSent - this.queriesBefore, this.elapsedMs());
  }

  /** kill -9 of its Redis, which starts again at once. */
  async kill(): Promise<void> {
    const { run } = this.owned;
    await run.pullFault("kill-redis", {}, "scenario");
    await run.pullFault("restart-redis", {}, "scenario");
  }

  /** What the strategy holds back goes to the database. A flush that fails leaves it to the next one. */
  async settle(): Promise<void> {
    const { settle } = this.rows;
    if (settle) await this.act(settle).catch(() => undefined);
  }

  /** After the last operation: what is there, against what was acknowledged. @param ms how long the workload was to last */
  async conclude(ms: number): Promise<void> {
    const { run } = this.owned;
    this.tally.cover(ms);
    await this.settle();
    await run.settle();
    this.sample();
    this.lost = this.tally.lost(await this.kept());
  }

  /** From now on its owner may do with the run what owners do. */
  release(): void {
    this.owned.run.compare(0);
  }

  facts(): StrategyFacts {
    const { run } = this.owned;
    const { tally } = this;
    const verdict = run.trace.judge();
    return {
      runId: run.id,
      pattern: run.pattern.id,
      variant: run.variant.id,
      title: `${run.pattern.title}, ${run.variant.title}`,
      params: run.params,
      reads: tally.reads,
      hits: tally.hits,
      writes: tally.writes,
      failed: tally.failed,
      queries: tally.queries,
      staleReads: tally.staleReads,
      stalestMs: Math.round(tally.stalestMs * 1000) / 1000,
      ...tally.latencies(),
      lost: this.lost,
      unknown: tally.unknown,
      holds: verdict.holds,
      verdict: verdict.text,
      buckets: tally.history(),
    };
  }

  /** By row, the last write that is stored, or still held back by a strategy that does so: what waits is not lost. */
  private async kept(): Promise<Map<number, number>> {
    const answer = await this.owned.run.queries?.schema.query(this.rows.stored, []);
    const kept = new Map((answer?.rows ?? []).map(({ row, n }) => [Number(row), Number(n)]));
    if (!this.rows.settle) return kept;
    const reads = Array.from(this.writing.keys(), async (row) => {
      const { n } = this.rows.seen((await this.act(this.rows.read(row, 0))) as never);
      kept.set(row, Math.max(n, kept.get(row) ?? 0));
    });
    await Promise.all(reads);
    return kept;
  }

  private get queriesSent(): number {
    return this.owned.run.queries?.sentCount ?? 0;
  }

  private async read(row: number, by: number): Promise<void> {
    const fromMs = this.elapsedMs();
    const acknowledged = this.tally.acknowledgedOf(row);
    try {
      const value = await this.act(this.rows.read(row, by));
      const { n, hit } = this.rows.seen(value as never);
      this.tally.read({ row, n, hit, acknowledged, fromMs, toMs: this.elapsedMs() });
    } catch {
      this.tally.failedAt(this.elapsedMs(), false); // why stands in the trace as the action's result
    }
  }

  private write(row: number, by: number): Promise<void> {
    const after = this.writing.get(row) ?? Promise.resolve();
    const mine = after.then(async () => {
      const fromMs = this.elapsedMs();
      try {
        await this.act(this.rows.write(row, this.tally.acknowledgedOf(row) + 1, by));
        this.tally.wrote(row, fromMs, this.elapsedMs());
      } catch {
        this.tally.failedAt(this.elapsedMs(), true);
      }
    });
    this.writing.set(row, mine);
    return mine;
  }

  private act({ action, body }: { action: string; body: Body }) {
    return this.owned.run.desk.act(action, body);
  }
}
