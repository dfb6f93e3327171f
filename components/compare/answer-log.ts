/**
 * The fold of a comparison's batches: what each limiter answered to each arrival, in typed arrays as long as the schedule.
 * Batches that overlap with what is known are cut; one that leaves a hole is refused.
 */
import type { ComparisonBatch } from "@/lib/contract";
import { Bins } from "./bins";

/** `y` admitted, `n` denied, `x` no answer: as in `ComparisonBatch.answers`. */
export type Letter = "y" | "n" | "x";
const CODES: Record<Letter, number> = { y: 121, n: 110, x: 120 };

export class AnswerLog {
  /** Arrivals known, from the first one on. */
  count = 0;
  /** Grows with every batch that brought something. */
  version = 0;
  /** ms after the start, of each arrival. */
  readonly atMs: Float64Array;
  /** Index into the comparison's clients, of each arrival. */
  readonly clients: Uint8Array;
  /** Character codes, per limiter, of each arrival. */
  readonly letters: readonly Uint8Array[];
  readonly counts: readonly Record<Letter, number>[];
  /** The numbers of the arrivals on which limiters differed; the first `disagreements` count. */
  readonly disagreed: Uint32Array;
  disagreements = 0;
  /** By whole seconds of the schedule: what the table twins say. */
  readonly bySecond: Bins;
  private readonly binned = new Set<Bins>();

  constructor(
    readonly total: number,
    readonly limiters: number,
    readonly seconds: number,
  ) {
    this.atMs = new Float64Array(total);
    this.clients = new Uint8Array(total);
    this.letters = Array.from({ length: limiters }, () => new Uint8Array(total));
    this.counts = Array.from({ length: limiters }, () => ({ y: 0, n: 0, x: 0 }));
    this.disagreed = new Uint32Array(total);
    this.bySecond = this.follow(1000);
  }

  /** False when arrivals are missing between what is known and this batch: ask again from `count`. */
  append(batch: ComparisonBatch): boolean {
    if (batch.from > this.count) return false;
    const end = Math.min(this.total, batch.from + batch.atMs.length);
    if (end > this.count) this.version++;
    for (; this.count < end; this.count++) this.take(batch, this.count - batch.from);
    return true;
  }

  /** Bins of this width over all arrivals, now and to come, until `forget`. */
  follow(binMs: number): Bins {
    const bins = new Bins(binMs, this.seconds * 1000, this.limiters);
    for (let n = 0; n < this.count; n++) bins.add(this, n);
    this.binned.add(bins);
    return bins;
  }

  forget(bins: Bins): void {
    this.binned.delete(bins);
  }

  letter(limiter: number, n: number): Letter {
    const code = this.letters[limiter]?.[n];
    return code === CODES.y ? "y" : code === CODES.n ? "n" : "x";
  }

  differs(n: number): boolean {
    const first = this.letters[0]?.[n];
    return this.letters.some((column) => column[n] !== first);
  }

  /** The arrival on which limiters differed that is nearest to this moment; null when there is none. */
  nearestDisagreement(atMs: number): number | null {
    const next = this.firstDisagreement((i) => this.timeOf(i) >= atMs);
    const found = [next - 1, next].filter((i) => i >= 0 && i < this.disagreements);
    const nearest = found.sort((a, b) => Math.abs(this.timeOf(a) - atMs) - Math.abs(this.timeOf(b) - atMs))[0];
    return nearest === undefined ? null : (this.disagreed[nearest] ?? null);
  }

  /** The one after arrival `n`, or before it; at an end of the list `n` itself. From null: the first, or the last. */
  neighbourOf(n: number | null, by: 1 | -1): number | null {
    const last = this.disagreements - 1;
    if (last < 0) return null;
    const at = n === null ? (by > 0 ? -1 : last + 1) : this.firstDisagreement((i) => (this.disagreed[i] ?? 0) >= n);
    return this.disagreed[Math.min(last, Math.max(0, at + by))] ?? null;
  }

  /** Index of the first disagreement from which on this is so; their number when it is never. */
  private firstDisagreement(isSo: (i: number) => boolean): number {
    let [low, high] = [0, this.disagreements];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isSo(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private timeOf(disagreement: number): number {
    return this.atMs[this.disagreed[disagreement] ?? 0] ?? 0;
  }

  private take(batch: ComparisonBatch, i: number): void {
    const n = batch.from + i;
    this.atMs[n] = batch.atMs[i] ?? 0;
    this.clients[n] = batch.clients[i] ?? 0;
    for (let limiter = 0; limiter < this.limiters; limiter++) {
      const code = batch.answers[limiter]?.charCodeAt(i) ?? CODES.x;
      const column = this.letters[limiter];
      if (column) column[n] = code;
      const counts = this.counts[limiter];
      if (counts) counts[this.letter(limiter, n)]++;
    }
    if (this.differs(n)) this.disagreed[this.disagreements++] = n;
    for (const bins of this.binned) bins.add(this, n);
  }
}
