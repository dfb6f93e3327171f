/** Seeded arrivals: when a client's requests come. Made in the server, because a browser cannot keep a beat. */
import type { TrafficShape } from "../contract";
import { seededRandom } from "./random";

/** Most requests that one call may ask for. */
export const MAX_ARRIVALS = 200_000;

const arrivals: Record<TrafficShape, (rate: number, seconds: number, random: () => number) => number[]> = {
  /** Evenly spaced. */
  steady: (rate, seconds) => Array.from({ length: countOf(rate, seconds) }, (_, i) => (i * 1000) / rate),
  /** Independent of each other: exponential gaps, as real users make. */
  poisson: (rate, seconds, random) => {
    const times: number[] = [];
    for (let at = gap(rate, random); at < seconds * 1000; at += gap(rate, random)) times.push(at);
    return times;
  },
  /** All of a second's requests at its start. */
  burst: (rate, seconds) => Array.from({ length: countOf(rate, seconds) }, (_, i) => Math.floor(i / rate) * 1000),
  /** A fifth of the rate, but four times it in the middle fifth: the same number in all, one hard moment. */
  spike: (rate, seconds) => {
    const fifth = seconds / 5;
    const quiet = (from: number, to: number) => evenly(from, to, rate / 4);
    return [...quiet(0, 2 * fifth), ...evenly(2 * fifth, 3 * fifth, rate * 4), ...quiet(3 * fifth, seconds)];
  },
  /** The client that never waits: each request comes with two retries at once. */
  hammer: (rate, seconds) =>
    Array.from({ length: countOf(rate, seconds) }, (_, i) => (Math.floor(i / 3) * 3000) / rate),
};

const countOf = (rate: number, seconds: number) => Math.min(MAX_ARRIVALS, Math.floor(rate * seconds));
const gap = (rate: number, random: () => number) => (-Math.log(1 - random()) * 1000) / rate;

function evenly(fromSeconds: number, toSeconds: number, rate: number): number[] {
  const count = Math.round((toSeconds - fromSeconds) * rate);
  return Array.from({ length: count }, (_, i) => fromSeconds * 1000 + (i * 1000) / rate);
}

/**
 * Arrival times in ms from the start, ascending.
 * @param rate requests per second, on average
 */
export function arrivalTimes(shape: TrafficShape, rate: number, seconds: number, seed: number): number[] {
  return arrivals[shape](rate, seconds, seededRandom(seed)).slice(0, MAX_ARRIVALS);
}
