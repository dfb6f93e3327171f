/**
 * What is put on several runs at once, one of it per owner: a comparison of limiters, a workload on caches. Those that are
 * over stay readable as long as their runs' traces.
 */
import { randomBytes } from "node:crypto";
import { PlaygroundError, unknownThing } from "../run/playground-error";
import type { OwnedRun, PreparedRun, RunService } from "../run/service";

export interface Shelved {
  readonly id: string;
  readonly owner: string;
  readonly runs: readonly OwnedRun[];
  /** Done, or stopped before its end. */
  readonly isOver: boolean;
  start(): Promise<void>;
  /** Stops it before its end; what was answered stays. */
  end(): void;
}

const SWEEP_EVERY_MS = 15_000;
/** Those that are over and still readable, at most; the oldest goes first. Each takes up to 5 MB. */
const MAX_OVER = 20;

export class Shelf<T extends Shelved> {
  private readonly all = new Map<string, T>();
  /** Per owner, the end of what is being opened or removed: one thing at a time. */
  private readonly turns = new Map<string, Promise<void>>();
  private readonly openedListeners = new Set<(one: T) => void>();
  private readonly timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  private closing = false;

  /** @param name what is on it, in the singular */
  constructor(
    protected readonly runs: RunService,
    private readonly name: string,
  ) {
    this.timer.unref();
    // Without one of its runs it is no longer what it was.
    runs.onEnded((run) => {
      for (const one of this.all.values()) if (one.runs.some((owned) => owned.run === run)) one.end();
    });
  }

  onOpened(listener: (one: T) => void): void {
    this.openedListeners.add(listener);
  }

  /** @throws PlaygroundError 404 */
  get(id: string): T {
    const one = this.all.get(id);
    if (!one) throw unknownThing(this.name, id);
    return one;
  }

  mayAct({ runs }: T, owner: string | null, bearer: string | null): boolean {
    return runs.some((owned) => this.runs.mayAct(owned, owner, bearer));
  }

  /** Ends it and forgets it, with all its runs. */
  async remove(one: T): Promise<void> {
    this.all.delete(one.id);
    one.end();
    await Promise.all(one.runs.map((owned) => this.runs.remove(owned)));
  }

  /** Ends all of them; their runs are the run service's to end. */
  async close(): Promise<void> {
    this.closing = true;
    clearInterval(this.timer);
    await Promise.all(this.turns.values());
    for (const one of this.all.values()) one.end();
  }

  /** Forgets those that are over and whose runs are forgotten, and the oldest ones when there are many. */
  sweep(): void {
    const over = [...this.all.values()].filter(({ isOver }) => isOver);
    for (const [i, { id, runs }] of over.entries())
      if (i < over.length - MAX_OVER || !runs.some(({ run }) => this.runs.knows(run.id))) this.all.delete(id);
  }

  /**
   * Opens all runs or none and starts what they are for; what the owner had before is removed.
   * @throws PlaygroundError 429 when the server is full, 503 without Redis or database
   */
  protected put(
    owner: string,
    prepared: readonly PreparedRun[],
    build: (id: string, runs: OwnedRun[]) => T,
  ): Promise<T> {
    return this.inTurn(owner, () => this.replace(owner, prepared, build));
  }

  private async replace(
    owner: string,
    prepared: readonly PreparedRun[],
    build: (id: string, runs: OwnedRun[]) => T,
  ): Promise<T> {
    if (this.closing) throw new PlaygroundError(503, "stopping", "The server stops.");
    const earlier = this.liveOf(owner);
    const freed = earlier?.runs.filter(({ endedAt }) => endedAt === null).length ?? 0;
    this.runs.checkRoom(prepared.length, freed);
    if (earlier) await this.remove(earlier);
    const runs = await this.runs.openCompared(prepared, owner);
    const one = build(randomBytes(18).toString("base64url"), runs);
    this.all.set(one.id, one);
    this.sweep();
    for (const listener of this.openedListeners) listener(one);
    void one.start();
    return one;
  }

  /** The owner's one that is going on, or whose runs still have their Redis. */
  private liveOf(owner: string): T | undefined {
    return [...this.all.values()].find(
      (one) => one.owner === owner && (!one.isOver || one.runs.some(({ endedAt }) => endedAt === null)),
    );
  }

  /** Two requests of one owner at once: the later one waits, and then replaces what the first has opened. */
  private async inTurn<R>(owner: string, work: () => Promise<R>): Promise<R> {
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
