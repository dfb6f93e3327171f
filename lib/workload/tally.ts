/** What one strategy did under a workload, counted as it comes: pure, so that it can be tested without any Redis. */
import type { LatencyFacts, WorkloadBucket } from "../contract";

type Bucket = Omit<WorkloadBucket, "writeMs"> & { writeMs: number[] };

/** Of one row: when each acknowledged write was acknowledged, the n-th at n − 1. */
type Acknowledged = number[];

export class Tally {
  reads = 0;
  hits = 0;
  writes = 0;
  failed = 0;
  queries = 0;
  staleReads = 0;
  stalestMs = 0;
  unknown = 0;
  private readonly readMs: number[] = [];
  private readonly writeMs: number[] = [];
  private readonly buckets: Bucket[] = [];
  private readonly acknowledged = new Map<number, Acknowledged>();

  constructor(private readonly bucketMs: number) {}

  /** Acknowledged writes of a row. */
  acknowledgedOf(row: number): number {
    return this.acknowledged.get(row)?.length ?? 0;
  }

  /**
   * @param read.acknowledged how many writes of its row were acknowledged when it began
   * @param read.n which write it shows
   * @param read.fromMs,read.toMs since the start
   */
  read(read: { row: number; n: number; hit: boolean; acknowledged: number; fromMs: number; toMs: number }): void {
    const bucket = this.bucketAt(read.toMs);
    this.reads += 1;
    bucket.reads += 1;
    if (read.hit) {
      this.hits += 1;
      bucket.hits += 1;
    }
    this.readMs.push(read.toMs - read.fromMs);
    if (read.n >= read.acknowledged) return;
    // It has been out of date since the next write was acknowledged.
    const staleMs = read.fromMs - (this.acknowledged.get(read.row)?.[read.n] ?? read.fromMs);
    this.staleReads += 1;
    bucket.staleReads += 1;
    this.stalestMs = Math.max(this.stalestMs, staleMs);
    bucket.stalestMs = Math.max(bucket.stalestMs, staleMs);
  }

  wrote(row: number, fromMs: number, toMs: number): void {
    this.writes += 1;
    this.writeMs.push(toMs - fromMs);
    this.bucketAt(toMs).writeMs.push(toMs - fromMs);
    const times = this.acknowledged.get(row);
    if (times) times.push(toMs);
    else this.acknowledged.set(row, [toMs]);
  }

  failedAt(atMs: number, write: boolean): void {
    this.failed += 1;
    if (write) this.unknown += 1;
    this.bucketAt(atMs).failed += 1;
  }

  /** @param total queries since the start */
  queriesUpTo(total: number, atMs: number): void {
    this.bucketAt(atMs).queries += total - this.queries;
    this.queries = total;
  }

  /** There are buckets up to this time, whether anything fell into them or not. */
  cover(ms: number): void {
    this.bucketAt(Math.max(0, ms - 1));
  }

  /** Acknowledged writes that what was kept does not show. @param kept by row, the write that it shows */
  lost(kept: ReadonlyMap<number, number>): number {
    let lost = 0;
    for (const [row, { length }] of this.acknowledged) lost += Math.max(0, length - (kept.get(row) ?? 0));
    return lost;
  }

  latencies(): { readMs: LatencyFacts | null; writeMs: LatencyFacts | null } {
    return { readMs: latencyFacts(this.readMs), writeMs: latencyFacts(this.writeMs) };
  }

  history(): WorkloadBucket[] {
    return this.buckets.map(({ writeMs, stalestMs, ...counts }) => ({
      ...counts,
      stalestMs: toUs(stalestMs),
      writeMs: latencyFacts(writeMs)?.p50 ?? null,
    }));
  }

  private bucketAt(atMs: number): Bucket {
    const index = Math.max(0, Math.floor(atMs / this.bucketMs));
    while (this.buckets.length <= index)
      this.buckets.push({ reads: 0, hits: 0, queries: 0, staleReads: 0, stalestMs: 0, failed: 0, writeMs: [] });
    return this.buckets[index] as Bucket;
  }
}

/** Nearest ranks: values that were measured. */
function latencyFacts(ms: readonly number[]): LatencyFacts | null {
  if (!ms.length) return null;
  const ascending = Float64Array.from(ms).sort();
  const rank = (share: number) => toUs(ascending[Math.max(1, Math.ceil(share * ascending.length)) - 1] as number);
  return { p50: rank(0.5), p99: rank(0.99), samples: ms.length };
}

const toUs = (ms: number) => Math.round(ms * 1000) / 1000;
