/** One schedule of reads and writes for all strategies of a workload, out of one seed. */
import type { Workload } from "../contract";
import { seededRandom, seedFrom } from "../run/random";
import { arrivalTimes } from "../run/traffic";

/** App instances that take turns. */
export const INSTANCES = 3;

export interface WorkloadSchedule {
  /** ms after the start, ascending. */
  atMs: Float64Array;
  /** Which row, from 1: the first is asked for most often. */
  rows: Uint8Array;
  /** 1: a write. */
  writes: Uint8Array;
  /** Which instance, from 0. */
  by: Uint8Array;
}

export function workloadSchedule(
  { rate, seconds, writeShare, keys, skew }: Omit<Workload, "killAt">,
  seed: number,
): WorkloadSchedule {
  const atMs = Float64Array.from(arrivalTimes("poisson", rate, seconds, seedFrom(seed, "operations")));
  const random = seededRandom(seedFrom(seed, "rows"));
  const shares = zipfShares(keys, skew);
  // The same draws whatever the share of writes: a slider that is moved changes what it says and nothing else.
  const draws = Array.from(atMs, () => ({ row: random(), write: random(), by: random() }));
  return {
    atMs,
    rows: Uint8Array.from(draws, ({ row }) => 1 + shares.findIndex((upTo) => row < upTo)),
    writes: Uint8Array.from(draws, ({ write }) => (write < writeShare ? 1 : 0)),
    by: Uint8Array.from(draws, ({ by }) => Math.floor(by * INSTANCES)),
  };
}

/** Zipf's law (1949): the k-th row gets a share in proportion to 1 / k^skew. Answers the sums up to each row; the last is beyond 1. */
export function zipfShares(keys: number, skew: number): number[] {
  const weights = Array.from({ length: keys }, (_, k) => (k + 1) ** -skew);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let upTo = 0;
  const shares = weights.map((weight) => {
    upTo += weight / total;
    return upTo;
  });
  // Rounding must not leave a draw without a row.
  shares[keys - 1] = Number.POSITIVE_INFINITY;
  return shares;
}
