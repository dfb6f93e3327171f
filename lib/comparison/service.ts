/** All comparisons of this server. An owner has one at a time; those that are over stay readable as long as their traces. */
import { randomBytes, randomInt } from "node:crypto";
import { PlaygroundError, unknownThing } from "../run/playground-error";
import type { RunService } from "../run/service";
import { Comparison } from "./comparison";
import { type ComparisonRequest, type PreparedLimiter, prepareLimiters } from "./request";
import { clientNames } from "./schedule";

const SWEEP_EVERY_MS = 15_000;
/** Comparisons that are over and still readable, at most; the oldest goes first. Each takes up to 5 MB. */
const MAX_OVER = 20;

export class ComparisonService {
  private readonly comparisons = new Map<string, Comparison>();
  /** Per owner, the end of what is being opened or removed: one thing at a time. */
  private readonly turns = new Map<string, Promise<void>>();
  private readonly openedListeners = new Set<(comparison: Comparison) => void>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  private closing = false;

  constructor(private readonly runs: RunService) {
    this.timer.unref();
    // Without one of its runs it is no comparison any more.
    runs.onEnded((run) => {
      for (const comparison of this.comparisons.values())
        if (comparison.runs.some((owned) => owned.run === run)) comparison.end();
    });
  }

  onOpened(listener: (comparison: Comparison) => void): void {
    this.openedListeners.add(listener);
  }

  /**
   * Opens all runs or none and starts the arrivals; the comparison that the owner had is removed.
   * @throws PlaygroundError 400 or 409 for a bad request, 429 when the server is full, 503 without Redis
   */
  async open(request: ComparisonRequest, owner: string): Promise<Comparison> {
    const seed = request.seed ?? randomInt(2 ** 31);
    const limiters = prepareLimiters(request, seed, clientNames(request.arrivals.clients), this.runs);
    return this.inTurn(owner, () => this.replace(request, seed, limiters, owner));
  }

  /** @throws PlaygroundError 404 */
  get(id: string): Comparison {
    const comparison = this.comparisons.get(id);
    if (!comparison) throw unknownThing("comparison", id);
    return comparison;
  }

  mayAct({ runs }: Comparison, owner: string | null, bearer: string | null): boolean {
    return runs.some((owned) => this.runs.mayAct(owned, owner, bearer));
  }

  /** Ends it and forgets it, with all its runs. */
  async remove(comparison: Comparison): Promise<void> {
    this.comparisons.delete(comparison.id);
    comparison.end();
    await Promise.all(comparison.runs.map((owned) => this.runs.remove(owned)));
  }

  /** Ends all of them; their runs are the run service's to end. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await Promise.all(this.turns.values());
    for (const comparison of this.comparisons.values()) comparison.end();
  }

  /** Forgets those that are over and whose runs are forgotten, and the oldest ones when there are many. */
  sweep(): void {
    const over = [...this.comparisons.values()].filter(({ isOver }) => isOver);
    for (const [i, { id, runs }] of over.entries())
      if (i < over.length - MAX_OVER || !runs.some(({ run }) => this.runs.knows(run.id))) this.comparisons.delete(id);
  }

  private async replace(
    { arrivals }: ComparisonRequest,
    seed: number,
    limiters: readonly PreparedLimiter[],
    owner: string,
  ): Promise<Comparison> {
    if (this.closing) throw new PlaygroundError(503, "stopping", "The server stops.");
    const earlier = this.liveOf(owner);
    const freed = earlier?.runs.filter(({ endedAt }) => endedAt === null).length ?? 0;
    this.runs.checkRoom(limiters.length, freed);
    if (earlier) await this.remove(earlier);
    const runs = await this.runs.openCompared(
      limiters.map(({ run }) => run),
      owner,
    );
    const calls = limiters.map((limiter) => limiter.calls);
    const id = randomBytes(18).toString("base64url");
    const comparison = new Comparison({ id, owner, seed, arrivals, runs, calls });
    this.comparisons.set(id, comparison);
    this.sweep();
    for (const listener of this.openedListeners) listener(comparison);
    void comparison.start();
    return comparison;
  }

  /** The owner's comparison that is going on, or whose runs still have their Redis. */
  private liveOf(owner: string): Comparison | undefined {
    return [...this.comparisons.values()].find(
      (one) => one.owner === owner && (!one.isOver || one.runs.some(({ endedAt }) => endedAt === null)),
    );
  }

  /** Two requests of one owner at once: the later one waits, and then replaces what the first has opened. */
  private async inTurn<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.turns.get(owner) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(owner, settled);
    try {
      return await mine;
    } finally {
      if (this.turns.get(owner) === settled) this.turns.delete(owner);
    }
  }
}
