import { describe, expect, it } from "vitest";
import { takeHttp, takeTerms } from "./http";
import type { TakeResult } from "./take";

const quota = { limit: 10, windowMs: 10_000 };
const admitted: TakeResult = { allowed: true, limit: 10, remaining: 3, retryAfterMs: 0, resetMs: 4_200 };
const denied: TakeResult = { allowed: false, limit: 10, remaining: 0, retryAfterMs: 1_001, resetMs: 10_000 };

describe("a take in HTTP's terms", () => {
  it("tells the policy and what is left of it, exactly", () => {
    expect(takeHttp(admitted, quota)).toEqual({
      headers: { "RateLimit-Policy": '"default";q=10;w=10', RateLimit: '"default";r=3;t=5' },
      denial: null,
    });
  });

  it("denies with 429 and whole seconds, rounded up; the effective window ends no later than Retry-After", () => {
    expect(takeHttp(denied, quota)).toEqual({
      headers: { "RateLimit-Policy": '"default";q=10;w=10', RateLimit: '"default";r=0;t=2' },
      denial: { status: 429, headers: { "Retry-After": "2" } },
    });
  });

  it("leaves out what a variant cannot know", () => {
    const ignorant = { ...denied, remaining: null, retryAfterMs: null, resetMs: null };
    expect(takeHttp(ignorant, quota)).toEqual({
      headers: { "RateLimit-Policy": '"default";q=10;w=10' },
      denial: { status: 429, headers: {} },
    });
    expect(takeHttp({ ...admitted, resetMs: null }, quota).headers.RateLimit).toBe('"default";r=3');
    expect(takeHttp({ ...admitted, remaining: null }, quota).headers).not.toHaveProperty("RateLimit");
    expect(takeHttp({ ...denied, retryAfterMs: null }, quota).headers.RateLimit).toBe('"default";r=0;t=10');
  });

  const waits: [number, string][] = [
    [0, "0"],
    [1, "1"],
    [999, "1"],
    [1_000, "1"],
    [1_000.4, "2"],
    [3_600_000, "3600"],
    [-20, "0"],
  ];
  for (const [retryAfterMs, seconds] of waits)
    it(`a wait of ${retryAfterMs} ms is Retry-After: ${seconds}`, () => {
      expect(takeHttp({ ...denied, retryAfterMs }, quota).denial?.headers).toEqual({ "Retry-After": seconds });
    });

  it("says whole non-negative numbers only, of 15 digits at the most, or nothing", () => {
    const odd = { ...admitted, remaining: 2.9, resetMs: Number.NaN };
    expect(takeHttp(odd, { limit: 10.5, windowMs: 100 }).headers).toEqual({
      "RateLimit-Policy": '"default";q=10;w=1',
      RateLimit: '"default";r=2',
    });
    expect(takeHttp({ ...admitted, remaining: -4 }, quota).headers.RateLimit).toBe('"default";r=0;t=5');
    expect(takeHttp({ ...admitted, remaining: 1e21 }, quota).headers).not.toHaveProperty("RateLimit");
    expect(takeHttp(admitted, { limit: 10, windowMs: Number.POSITIVE_INFINITY }).headers["RateLimit-Policy"]).toBe(
      '"default";q=10',
    );
    expect(takeHttp(admitted, { limit: 10, windowMs: 0 }).headers["RateLimit-Policy"]).toBe('"default";q=10');
    expect(takeHttp(admitted, { limit: Number.NaN, windowMs: 1 }).headers).not.toHaveProperty("RateLimit-Policy");
  });

  it("takes the window of a bucket from its parameters: the time in which it fills", () => {
    const terms = takeTerms<{ capacity: number; refillPerSecond: number }>(({ capacity, refillPerSecond }) => ({
      limit: capacity,
      windowMs: (capacity / refillPerSecond) * 1000,
    }));
    const policy = (capacity: number, refillPerSecond: number) =>
      terms(admitted, { capacity, refillPerSecond }).headers["RateLimit-Policy"];
    expect(policy(10, 1)).toBe('"default";q=10;w=10');
    expect(policy(10, 3)).toBe('"default";q=10;w=4');
    expect(policy(7, 0.7)).toBe('"default";q=7;w=10');
    expect(policy(1, 1000)).toBe('"default";q=1;w=1');
  });

  it("adds no whole second for what a division rounds", () => {
    for (let tenths = 1; tenths <= 10_000; tenths++) {
      const seconds = 1 + (tenths % 97);
      const windowMs = ((seconds * tenths) / 10 / (tenths / 10)) * 1000;
      expect(takeHttp(admitted, { limit: 1, windowMs }).headers["RateLimit-Policy"]).toBe(`"default";q=1;w=${seconds}`);
    }
  });

  it("says of what is no take only the policy", () => {
    for (const value of [null, 5, "no", [], {}])
      expect(takeHttp(value, quota)).toEqual({ headers: { "RateLimit-Policy": '"default";q=10;w=10' }, denial: null });
  });
});
