/** Arrivals counted by stretches of time of one width, so that a picture costs the same whatever the rate. */

/** The part of the answer log that is counted. */
interface Answered {
  atMs: Float64Array;
  letter(limiter: number, n: number): "y" | "n" | "x";
  differs(n: number): boolean;
}

export class Bins {
  readonly length: number;
  readonly arrivals: Uint32Array;
  readonly disagreed: Uint32Array;
  /** Of each bin's first arrival, ms; where there is none, 0. */
  readonly firstMs: Float64Array;
  /** Of each bin's first arrival on which limiters differed, ms. */
  readonly firstDisagreedMs: Float64Array;
  readonly admitted: readonly Uint32Array[];
  readonly denied: readonly Uint32Array[];
  readonly failed: readonly Uint32Array[];
  /** The largest count of one bin: all lanes are drawn to this scale, and the row of arrivals to the other. */
  mostAnswers = 0;
  mostArrivals = 0;
  mostDisagreed = 0;
  /** Bins with an arrival. */
  occupied = 0;

  constructor(
    readonly binMs: number,
    totalMs: number,
    limiters: number,
  ) {
    this.length = Math.max(1, Math.ceil(totalMs / binMs - 1e-9));
    const counts = () => new Uint32Array(this.length);
    this.arrivals = counts();
    this.disagreed = counts();
    this.firstMs = new Float64Array(this.length);
    this.firstDisagreedMs = new Float64Array(this.length);
    this.admitted = Array.from({ length: limiters }, counts);
    this.denied = Array.from({ length: limiters }, counts);
    this.failed = Array.from({ length: limiters }, counts);
  }

  indexAt(ms: number): number {
    return Math.min(this.length - 1, Math.max(0, Math.floor(ms / this.binMs)));
  }

  add(log: Answered, n: number): void {
    const atMs = log.atMs[n] ?? 0;
    const bin = this.indexAt(atMs);
    const arrivals = increment(this.arrivals, bin);
    if (arrivals === 1) {
      this.occupied++;
      this.firstMs[bin] = atMs;
    }
    this.mostArrivals = Math.max(this.mostArrivals, arrivals);
    const by = { y: this.admitted, n: this.denied, x: this.failed };
    for (let limiter = 0; limiter < this.admitted.length; limiter++) {
      const counts = by[log.letter(limiter, n)][limiter];
      if (counts) this.mostAnswers = Math.max(this.mostAnswers, increment(counts, bin));
    }
    if (!log.differs(n)) return;
    const disagreed = increment(this.disagreed, bin);
    if (disagreed === 1) this.firstDisagreedMs[bin] = atMs;
    this.mostDisagreed = Math.max(this.mostDisagreed, disagreed);
  }
}

function increment(counts: Uint32Array, i: number): number {
  const next = (counts[i] ?? 0) + 1;
  counts[i] = next;
  return next;
}
