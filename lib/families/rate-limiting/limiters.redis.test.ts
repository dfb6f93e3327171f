/**
 * What every safe limiter promises, for random arrivals, costs, limits and clients, on real Redis: hard bounds, no tolerances.
 * The run's clock stands still but for the gaps, so the moment of every decision is known to the microsecond.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Params } from "../../contract";
import { patterns } from "../../patterns/registry";
import type { Run } from "../../run/run";
import { testService } from "../../run/testing";
import type { TakeResult } from "./take";

const limiters = patterns.filter(({ family }) => family === "rate-limiting");
const SEED = 4711;
const HISTORIES = 40;
const LIMIT_MS = 120_000;

interface Admission {
  atUs: number;
  cost: number;
}

/** Units admitted in the fullest stretch of `windowMs`, which has one of its ends but not both. */
function fullest(admissions: readonly Admission[], windowMs: number): number {
  const within = (toUs: number) =>
    admissions.reduce((sum, { atUs, cost }) => sum + (atUs > toUs - windowMs * 1000 && atUs <= toUs ? cost : 0), 0);
  return Math.max(0, ...admissions.map(({ atUs }) => within(atUs)));
}

/** By how much the worst of all spans exceeds capacity + rate × t; at most 0 when the bound holds. */
function worstExcess(admissions: readonly Admission[], { capacity = 0, refillPerSecond = 0 }: Params): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (const [i, first] of admissions.entries()) {
    let sum = 0;
    for (const { atUs, cost } of admissions.slice(i)) {
      sum += cost;
      worst = Math.max(worst, sum - capacity - (refillPerSecond * (atUs - first.atUs)) / 1e6);
    }
  }
  return worst;
}

/** A millionth of a token is what the bucket's script forgives. */
const ROUNDING = 1.1e-6;

const bounds: Record<string, (admissions: readonly Admission[], params: Params) => void> = {
  "sliding-window": (admissions, { limit = 0, windowMs = 0 }) =>
    expect(fullest(admissions, windowMs)).toBeLessThanOrEqual(limit),
  "sliding-window-counter": (admissions, { limit = 0, windowMs = 0 }) =>
    expect(fullest(admissions, windowMs)).toBeLessThanOrEqual(2 * limit),
  "fixed-window": (admissions, { limit = 0, windowMs = 0 }) =>
    expect(fullest(admissions, windowMs)).toBeLessThanOrEqual(2 * limit),
  "token-bucket": (admissions, params) => expect(worstExcess(admissions, params)).toBeLessThanOrEqual(ROUNDING),
};

const windows = fc.record({
  limit: fc.integer({ min: 1, max: 12 }),
  windowMs: fc.integer({ min: 1, max: 30 }).map((tenths) => tenths * 100),
});
const buckets = fc.record({
  capacity: fc.integer({ min: 1, max: 12 }),
  refillPerSecond: fc.integer({ min: 1, max: 400 }).map((tenths) => tenths / 10),
});
const paramsOf = (id: string): fc.Arbitrary<Params> => (id === "token-bucket" ? buckets : windows);
const mostOf = ({ limit, capacity }: Params): number => limit ?? capacity ?? 1;

/** Many at once, some close together, now and then a long pause; or just a window (or a bucket's filling) later, to the µs. */
const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ us: 0 }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 2000 }).map((us) => ({ us })) },
  { weight: 4, arbitrary: fc.integer({ min: 1000, max: 400_000 }).map((us) => ({ us })) },
  { weight: 1, arbitrary: fc.integer({ min: 400_000, max: 4_000_000 }).map((us) => ({ us })) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 0, 1).map((pastWindowUs) => ({ pastWindowUs })) },
);
type Gap = { us: number } | { pastWindowUs: number };
function gapMs(gap: Gap, { windowMs, capacity = 0, refillPerSecond = 1 }: Params): number {
  if ("us" in gap) return gap.us / 1000;
  return Math.round(windowMs ?? (capacity * 1000) / refillPerSecond) + gap.pastWindowUs / 1000;
}

const arrivals = fc.array(
  fc.record({
    gap,
    client: fc.constantFrom("alice", "bob", "carol"),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 10, maxLength: 60, size: "max" },
);

/** Most requests cost one; `share` picks the others. */
const costOf = (share: number, most: number): number => (share < 0.6 ? 1 : 1 + Math.floor((share - 0.6) * 2.49 * most));

describe.skipIf(!process.env.CLOCK_SHIM).each(limiters.map(({ id }) => id))("%s, safe", (id) => {
  const { service, close } = testService();
  let run: Run;
  const take = (client: string, cost: number) => run.act("take", { client, cost }) as Promise<TakeResult>;
  const afresh = async (params: Params) => {
    run.clock.thaw();
    await run.startAfresh(params, "another history");
    run.clock.freeze();
  };

  beforeAll(async () => {
    ({ run } = await service.open({ pattern: id, variant: "safe", seed: SEED }, "test"));
  });
  afterAll(close);

  it(
    "keeps its bound, and never says that less than nothing remains",
    async () => {
      const bound = bounds[id];
      if (!bound) throw new Error(`What does ${id} promise? Add its bound.`);
      await fc.assert(
        fc.asyncProperty(paramsOf(id), arrivals, async (params, history) => {
          await afresh(params);
          const admitted = new Map<string, Admission[]>();
          for (const { gap, client, share } of history) {
            await run.clock.sleep(gapMs(gap, params));
            const cost = Math.min(mostOf(params), costOf(share, mostOf(params)));
            const atUs = run.clock.nowUs();
            const { allowed, remaining } = await take(client, cost);
            expect(Number.isInteger(remaining)).toBe(true);
            expect(remaining).toBeGreaterThanOrEqual(0);
            if (allowed) admitted.set(client, [...(admitted.get(client) ?? []), { atUs, cost }]);
          }
          for (const admissions of admitted.values()) bound(admissions, params);
          await run.settle();
          expect(run.trace.judge()).toMatchObject({ holds: true });
        }),
        { numRuns: HISTORIES, seed: SEED, interruptAfterTimeLimit: 0.8 * LIMIT_MS },
      );
    },
    LIMIT_MS,
  );

  it(
    "admits who waits as long as it was told, and not who comes 10 ms earlier",
    async () => {
      await fc.assert(
        fc.asyncProperty(paramsOf(id), arrivals, async (params, history) => {
          await afresh(params);
          for (const { gap, share } of history) {
            await run.clock.sleep(gapMs(gap, params));
            const cost = Math.min(mostOf(params), costOf(share, mostOf(params)));
            const first = await take("alice", cost);
            if (first.allowed) continue;
            const waitMs = Number(first.retryAfterMs);
            expect(waitMs).toBeGreaterThan(0);
            const earlyMs = Math.max(0, waitMs - 10);
            await run.clock.sleep(earlyMs);
            if (earlyMs > 0) expect(await take("alice", cost)).toMatchObject({ allowed: false });
            await run.clock.sleep(waitMs - earlyMs);
            expect(await take("alice", cost), `${waitMs} ms`).toMatchObject({ allowed: true, retryAfterMs: 0 });
          }
        }),
        { numRuns: HISTORIES, seed: SEED, interruptAfterTimeLimit: 0.8 * LIMIT_MS },
      );
    },
    LIMIT_MS,
  );
});
