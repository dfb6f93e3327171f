import { describe, expect, it } from "vitest";
import type { ComparedLimiter } from "@/lib/contract";
import { comparableFamilies, comparablePatterns, defaultLimiters } from "./family";
import { BUCKET, COUNTER, PATTERNS, WINDOW } from "./patterns.fixture";
import { defaultSetup, obstacle, paramsOf, quotaNotes, quotaRanges, requestOf, type Setup, setupOf } from "./setup";

const SAFE = [
  { pattern: "window", variant: "safe" },
  { pattern: "bucket", variant: "safe" },
];
const setup: Setup = {
  limiters: SAFE,
  quota: { limit: 10, windowMs: 2000 },
  shape: "burst",
  rate: 12,
  seconds: 12,
  clients: 2,
  seed: 7,
};

describe("what can be compared", () => {
  it("is what answers a client with yes or no", () => {
    expect(comparablePatterns([...PATTERNS, COUNTER], "rate-limiting").map(({ id }) => id)).toEqual([
      "window",
      "bucket",
    ]);
    expect(comparableFamilies([...PATTERNS, COUNTER])).toEqual(["rate-limiting"]);
  });

  it("is nothing in a family with one limiter", () => {
    const [single] = WINDOW.variants;
    if (!single) throw new Error("the fixture has variants");
    expect(comparableFamilies([{ ...WINDOW, variants: [single] }, COUNTER])).toEqual([]);
  });

  it("begins with the safe form of each pattern", () => {
    expect(defaultLimiters(PATTERNS)).toEqual(SAFE);
    expect(defaultLimiters([BUCKET])).toEqual([
      { pattern: "bucket", variant: "safe" },
      { pattern: "bucket", variant: "racy" },
    ]);
  });
});

describe("one quota for all", () => {
  it("is told to each limiter in its own terms", () => {
    expect(paramsOf(WINDOW, setup.quota)).toEqual({ limit: 10, windowMs: 2000 });
    expect(paramsOf(BUCKET, setup.quota)).toEqual({ capacity: 10, refill: 5 });
  });

  it("may be what every chosen limiter can take, and no more", () => {
    expect(quotaRanges(PATTERNS, SAFE).limit).toEqual({ min: 1, max: 500, step: 1 });
    expect(quotaRanges(PATTERNS, SAFE.slice(0, 1)).limit.max).toBe(1000);
  });

  it("says where a limiter cannot take it exactly, and is silent where it can", () => {
    expect(quotaNotes(PATTERNS, SAFE, setup.quota)).toEqual([]);
    expect(quotaNotes(PATTERNS, SAFE, { limit: 10, windowMs: 3000 })).toEqual([
      "Bucket: refill is 3.3 tokens/s; exactly it would be 3.333.",
    ]);
    expect(quotaNotes(PATTERNS, SAFE.slice(0, 1), { limit: 10, windowMs: 3000 })).toEqual([]);
  });
});

describe("why it cannot be started", () => {
  it("is nothing for the set-up that one finds", () => {
    expect(obstacle(defaultSetup(PATTERNS))).toBeNull();
  });

  it.each([
    ["at least 2", { limiters: SAFE.slice(0, 1) }],
    ["at most 5", { limiters: [...SAFE, ...SAFE, ...SAFE] }],
    ["60,001 requests are too many", { rate: 60_001 / 60, seconds: 60 }],
  ])("is said: %s", (text, change) => {
    expect(obstacle({ ...setup, ...change })).toContain(text);
  });

  it("is nothing at the very bounds", () => {
    expect(obstacle({ ...setup, rate: 1000, seconds: 60 })).toBeNull();
  });
});

describe("what the server is asked for", () => {
  it("names limiters with their parameters, arrivals and the seed", () => {
    expect(requestOf(setup, PATTERNS)).toEqual({
      variants: [
        { pattern: "window", variant: "safe", params: { limit: 10, windowMs: 2000 } },
        { pattern: "bucket", variant: "safe", params: { capacity: 10, refill: 5 } },
      ],
      arrivals: { shape: "burst", rate: 12, seconds: 12, clients: 2 },
      seed: 7,
    });
  });

  it("leaves the seed to the server when there is none", () => {
    expect(requestOf({ ...setup, seed: null }, PATTERNS)).not.toHaveProperty("seed");
  });

  it("is found again in the comparison that comes of it", () => {
    const { variants } = requestOf(setup, PATTERNS) as { variants: ComparedLimiter[] };
    const view = { arrivals: { shape: "burst", rate: 12, seconds: 12, clients: 2, cost: 1 }, seed: 7 } as const;
    const fallback = { limit: 1, windowMs: 100 };
    expect(setupOf({ ...view, limiters: variants }, PATTERNS, fallback)).toEqual(setup);
    const buckets = variants.filter(({ pattern }) => pattern === "bucket");
    expect(setupOf({ ...view, limiters: buckets }, PATTERNS, fallback).quota).toEqual(setup.quota);
  });
});
