/**
 * What each limiter answered to each arrival, kept in 13 bytes, and where they differed. Answers come in any order; what
 * all have answered is a prefix of the schedule, and only that is told.
 */
import type { Disagreement } from "../contract";
import type { Schedule } from "./schedule";

/** `y` admitted, `n` denied, `x` no answer. */
export type Letter = "y" | "n" | "x";

export interface Answer {
  letter: Letter;
  /** Whole units left; null when the variant does not know. */
  remaining: number | null;
  retryAfterMs: number | null;
  /** From the call to its answer in the app server; null without an answer. */
  ms: number | null;
}

export const NO_ANSWER: Answer = { letter: "x", remaining: null, retryAfterMs: null, ms: null };

const MAX_LISTED = 200;
const CODES: Record<Letter, number> = { y: 121, n: 110, x: 120 };

interface Column {
  /** Character codes of the letters; 0 until answered. */
  letters: Uint8Array;
  remaining: Float32Array;
  retryAfterMs: Float32Array;
  ms: Float32Array;
  counts: Record<Letter, number>;
  /** Arrivals that this one has answered without a hole. */
  prefix: number;
}

const orNull = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);

export class Answers {
  private readonly columns: Column[];
  private settled = 0;
  private differing = 0;
  private readonly listed: Disagreement[] = [];

  constructor(
    private readonly schedule: Schedule,
    limiters: number,
  ) {
    const total = schedule.atMs.length;
    this.columns = Array.from({ length: limiters }, () => ({
      letters: new Uint8Array(total),
      remaining: new Float32Array(total).fill(Number.NaN),
      retryAfterMs: new Float32Array(total).fill(Number.NaN),
      ms: new Float32Array(total).fill(Number.NaN),
      counts: { y: 0, n: 0, x: 0 },
      prefix: 0,
    }));
  }

  get total(): number {
    return this.schedule.atMs.length;
  }

  /** Arrivals that all limiters have answered, from the first one on. */
  get answered(): number {
    return this.settled;
  }

  get disagreements(): number {
    return this.differing;
  }

  get disagreed(): readonly Disagreement[] {
    return this.listed;
  }

  /** The first answer counts; whatever comes after it is too late. False then. */
  record(limiter: number, n: number, answer: Answer): boolean {
    const column = this.column(limiter);
    if (column.letters[n] !== 0) return false;
    column.letters[n] = CODES[answer.letter];
    column.counts[answer.letter] += 1;
    if (answer.remaining !== null) column.remaining[n] = answer.remaining;
    if (answer.retryAfterMs !== null) column.retryAfterMs[n] = answer.retryAfterMs;
    if (answer.ms !== null) column.ms[n] = answer.ms;
    if (n === column.prefix) this.advance(column);
    return true;
  }

  /** First arrival that this limiter has not answered. */
  prefixOf(limiter: number): number {
    return this.column(limiter).prefix;
  }

  counts(limiter: number): Readonly<Record<Letter, number>> {
    return this.column(limiter).counts;
  }

  /** The limiter's letters of the arrivals `from` to before `to`. */
  letters(limiter: number, from: number, to: number): string {
    const { buffer } = this.column(limiter).letters;
    return Buffer.from(buffer, from, Math.max(0, to - from)).toString("latin1");
  }

  answer(limiter: number, n: number): Answer {
    const column = this.column(limiter);
    return {
      letter: this.letters(limiter, n, n + 1) as Letter,
      remaining: orNull(column.remaining[n]),
      retryAfterMs: orNull(column.retryAfterMs[n]),
      ms: orNull(column.ms[n]),
    };
  }

  differs(n: number): boolean {
    const first = this.columns[0]?.letters[n];
    return this.columns.some(({ letters }) => letters[n] !== first);
  }

  /** ms of every decision so far, ascending. */
  decisionsMs(limiter: number): Float32Array {
    return this.column(limiter)
      .ms.filter((ms) => !Number.isNaN(ms))
      .sort();
  }

  private column(limiter: number): Column {
    const column = this.columns[limiter];
    if (!column) throw new RangeError(`there is no limiter ${limiter}`);
    return column;
  }

  private advance(column: Column): void {
    while (column.prefix < this.total && column.letters[column.prefix] !== 0) column.prefix += 1;
    const settled = Math.min(...this.columns.map(({ prefix }) => prefix));
    for (let n = this.settled; n < settled; n++) if (this.differs(n)) this.disagree(n);
    this.settled = settled;
  }

  private disagree(n: number): void {
    this.differing += 1;
    if (this.listed.length >= MAX_LISTED) return;
    const { atMs, clients, names } = this.schedule;
    this.listed.push({
      n,
      atMs: atMs[n] as number,
      client: names[clients[n] as number] as string,
      answers: this.columns.map((_, limiter) => this.letters(limiter, n, n + 1)).join(""),
    });
  }
}
