/** What the stories show on real Redis, and what a single take must keep. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TakeResult } from "../../families/rate-limiting/take";
import type { Run } from "../../run/run";
import { playScenario, testService } from "../../run/testing";

const SEED = 4711;
/** With the clock shim the stories' times are exact, and so are the figures in what they say. */
const exactly = it.skipIf(!process.env.CLOCK_SHIM);

const play = (variant: string, scenario: string) =>
  playScenario({ pattern: "fixed-window", variant, scenario, seed: SEED });

describe("what the stories show", () => {
  exactly("boundary: 19 of 22 within 0.2 s, though each window is kept to its ten", async () => {
    for (const variant of ["as-written", "safe"])
      expect((await play(variant, "boundary")).metrics).toMatchObject({ admitted: 20, denied: 2, mostInAnySpan: 19 });
  });

  it("crash-between: four more and then none for as-written; safe goes on as if nothing had happened", async () => {
    const asWritten = await play("as-written", "crash-between");
    expect(asWritten.metrics).toMatchObject({ admitted: 4, denied: 17, withoutTtl: 1 });
    expect(asWritten.verdict.text).toMatch(
      /^ratelimit:alice was left without a TTL: this window never ends\. Before it: alice's app server was told to die/,
    );
    expect((await play("safe", "crash-between")).metrics).toMatchObject({ admitted: 16, withoutTtl: 0 });
  });
});

describe("a take of the safe variant", () => {
  const { service, close } = testService();
  let run: Run;
  let redis: Redis;
  const take = (client: string, cost = 1) => run.act("take", { client, cost }) as Promise<TakeResult>;

  beforeAll(async () => {
    ({ run } = await service.open({ pattern: "fixed-window", variant: "safe", seed: SEED }, "test"));
    redis = new Redis(run.server.connection());
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await close();
  });

  it("admits exactly ten of 200 at once, and counts no other", async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => take("alice")));
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(await redis.get("ratelimit:alice")).toBe("10");
  });

  it("makes a counter that lives for one window, and does not prolong it", async () => {
    expect(await take("bob", 3)).toEqual({ allowed: true, limit: 10, remaining: 7, retryAfterMs: 0, resetMs: 10_000 });
    expect(await redis.type("ratelimit:bob")).toBe("string");
    await redis.pexpire("ratelimit:bob", 4000);
    const { resetMs } = await take("bob");
    expect(resetMs).toBeGreaterThan(3000);
    expect(resetMs).toBeLessThanOrEqual(4000);
  });

  it("denies a cost that does not fit, and admits a smaller one after it", async () => {
    await take("carol", 7);
    expect(await take("carol", 4)).toMatchObject({ allowed: false, remaining: 3 });
    expect(await take("carol", 3)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it("heals a counter that somebody left without a TTL", async () => {
    await redis.set("ratelimit:dave", "12");
    expect(await take("dave")).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 10_001 });
    expect(await redis.pttl("ratelimit:dave")).toBeGreaterThan(9000);
  });
});

describe("a take of the as-written variant", () => {
  const { service, close } = testService();
  afterAll(close);

  it("knows no wait, counts denied requests too, and rounds its window up to seconds", async () => {
    const { run } = await service.open(
      { pattern: "fixed-window", variant: "as-written", params: { limit: 1, windowMs: 2500 }, seed: SEED },
      "test",
    );
    const take = () => run.act("take", { client: "alice" });
    expect(await take()).toEqual({ allowed: true, limit: 1, remaining: 0, retryAfterMs: 0, resetMs: null });
    expect(await take()).toEqual({ allowed: false, limit: 1, remaining: 0, retryAfterMs: null, resetMs: null });
    const [key] = await run.inspect();
    expect(key).toMatchObject({ key: "ratelimit:alice", kind: "string", value: "2" });
    expect(key?.ttlMs).toBeGreaterThan(2500);
    expect(key?.ttlMs).toBeLessThanOrEqual(3000);
  });
});
