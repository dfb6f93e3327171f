/** Caching patterns and a workload as the API tells of them, as far as this page looks. For tests. */
import type { ParamSpec, PatternDescription, StrategyFacts, WorkloadBucket, WorkloadView } from "@/lib/contract";
import { describedPattern } from "../compare/patterns.fixture";

const databaseMs: ParamSpec = {
  id: "databaseMs",
  title: "Database latency",
  unit: "ms",
  min: 0,
  max: 2000,
  step: 10,
  default: 80,
};
const ttlMs: ParamSpec = { id: "ttlMs", title: "TTL", unit: "ms", min: 1000, max: 60_000, step: 1000, default: 5000 };

function caching(id: string, title: string, params: ParamSpec[], variants: string[]): PatternDescription {
  return describedPattern({ id, title, params, family: "caching", hasRows: true, actions: [] }, variants);
}

export const ASIDE = caching("aside", "Aside", [ttlMs, databaseMs], ["as-written", "safe"]);
const THROUGH = caching(
  "through",
  "Through",
  [{ ...ttlMs, min: 500, step: 100 }, databaseMs],
  ["as-written", "versioned", "safe"],
);
export const BEHIND = caching("behind", "Behind", [{ ...databaseMs, max: 500 }], ["as-written", "safe"]);
/** Of the family, but not to be read and written row by row. */
export const OTHER: PatternDescription = { ...ASIDE, id: "other", hasRows: false };
export const STRATEGIES = [ASIDE, THROUGH, BEHIND];

export const bucket = (of: Partial<WorkloadBucket> = {}): WorkloadBucket => ({
  reads: 10,
  hits: 5,
  queries: 8,
  staleReads: 0,
  stalestMs: 0,
  writeMs: 20,
  failed: 0,
  ...of,
});

export const strategyFacts = (pattern: string, of: Partial<StrategyFacts> = {}): StrategyFacts => ({
  runId: `run-of-${pattern}`,
  pattern,
  variant: "as-written",
  title: pattern,
  params: { databaseMs: 20, ttlMs: 4000 },
  reads: 100,
  hits: 90,
  writes: 50,
  failed: 0,
  queries: 60,
  staleReads: 0,
  stalestMs: 0,
  readMs: { p50: 0.4, p99: 22, samples: 100 },
  writeMs: { p50: 21.34, p99: 30, samples: 50 },
  lost: 0,
  unknown: 0,
  holds: true,
  verdict: "",
  buckets: [],
  ...of,
});

export const workloadView = (of: Partial<WorkloadView> = {}): WorkloadView => ({
  workloadId: "w",
  seed: 7,
  workload: { rate: 100, seconds: 2, writeShare: 0.2, keys: 20, skew: 1, killAt: 1 },
  status: "done",
  elapsedMs: 2000,
  total: 200,
  sent: 200,
  bucketMs: 500,
  strategies: [],
  owner: true,
  ...of,
});
