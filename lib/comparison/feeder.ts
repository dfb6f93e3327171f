/** Sends a schedule's arrivals when they are due: one timer for all of them, in order, none left out. */

const TICK_MS = 4;
const LONGEST_WAIT_MS = 250;
/** A burst is sent in slices of this length, so that answers, and everybody else, get their turn in between. */
const SLICE_MS = 8;

export class Feeder {
  private next = 0;
  private stopped = false;
  private cancelTick = () => {};
  private startedAt = 0;

  constructor(
    private readonly atMs: Float64Array,
    private readonly send: (n: number) => void,
  ) {}

  /** Arrivals sent so far. */
  get sent(): number {
    return this.next;
  }

  /** ms since the start; 0 before it. */
  get elapsedMs(): number {
    return this.startedAt === 0 ? 0 : performance.now() - this.startedAt;
  }

  start(): void {
    this.startedAt = performance.now();
    this.tick();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTick();
  }

  private tick(): void {
    const { atMs } = this;
    const tickedAt = performance.now();
    const elapsedMs = tickedAt - this.startedAt;
    while (!this.stopped && this.next < atMs.length && (atMs[this.next] as number) <= elapsedMs) {
      this.send(this.next++);
      if (performance.now() - tickedAt >= SLICE_MS) break;
    }
    const due = atMs[this.next];
    if (this.stopped || due === undefined) return;
    if (due <= elapsedMs) {
      const immediate = setImmediate(() => this.tick());
      this.cancelTick = () => clearImmediate(immediate);
      return;
    }
    const timer = setTimeout(() => this.tick(), Math.min(Math.max(TICK_MS, due - elapsedMs), LONGEST_WAIT_MS));
    this.cancelTick = () => clearTimeout(timer);
  }
}
