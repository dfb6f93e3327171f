/** One schedule of arrivals for all limiters of a comparison: when each comes and whose it is, out of one seed. */
import type { Arrivals } from "../contract";
import { seededRandom, seedFrom } from "../run/random";
import { arrivalTimes } from "../run/traffic";

const NAMES = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"] as const;
export const MAX_CLIENTS = NAMES.length;

export const clientNames = (count: number): readonly string[] => NAMES.slice(0, count);

export interface Schedule {
  /** ms after the start, ascending, to the µs. */
  atMs: Float64Array;
  /** Index into `names`, one per arrival. */
  clients: Uint8Array;
  names: readonly string[];
}

export function scheduleOf({ shape, rate, seconds, clients }: Arrivals, seed: number): Schedule {
  const atMs = Float64Array.from(arrivalTimes(shape, rate, seconds, seedFrom(seed, "arrivals")), toWholeUs);
  const random = seededRandom(seedFrom(seed, "clients"));
  const turns = new Uint8Array(atMs.length);
  for (let n = 0; n < atMs.length; n++) {
    const retries = shape === "hammer" && n > 0 && atMs[n] === atMs[n - 1];
    // A retry is its client's own: whoever hammers does so alone.
    turns[n] = retries ? (turns[n - 1] as number) : Math.floor(random() * clients);
  }
  return { atMs, clients: turns, names: clientNames(clients) };
}

const toWholeUs = (ms: number) => Math.round(ms * 1000) / 1000;
