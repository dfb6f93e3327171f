/** What the stories show on real Redis, and what a single take must keep. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../run/run";
import { playScenario, testService } from "../../run/testing";
import type { TakeResult } from "./take";

const SEED = 4711;
/** With the clock shim the stories' times are exact, and so are the figures in what they say. */
const exactly = it.skipIf(!process.env.CLOCK_SHIM);
/** At pace `live`, which is the only one without the clock shim, a story takes up to 18 s. */
const STORY_MS = 40_000;

const play = (variant: string, scenario: string) =>
  playScenario({ pattern: "token-bucket", variant, scenario, seed: SEED });

describe("what the stories show", () => {
  exactly(
    "second-edge: 20 tokens in the 20 ms around the edge, 10 of them for safe",
    async () => {
      const asWritten = await play("as-written", "second-edge");
      expect(asWritten.verdict.text).toMatch(/^alice: 20 admitted within 2\d ms, at most 10\.2 allowed\.$/);
      expect(asWritten.verdict.violations[0]?.text).toMatch(/^alice: 11 admitted within/);
      const safe = await play("safe", "second-edge");
      expect(safe.metrics).toMatchObject({ admitted: 11, denied: 10 });
    },
    STORY_MS,
  );

  exactly(
    "slow-refill: as-written gives back 14 tokens where 21 are due",
    async () => {
      expect((await play("as-written", "slow-refill")).metrics).toMatchObject({ refilled: 14, due: 21 });
      const { metrics } = await play("safe", "slow-refill");
      expect(metrics.refilled).toBeGreaterThanOrEqual(20);
      expect(metrics.refilled).toBeLessThanOrEqual(21.1);
    },
    2 * STORY_MS,
  );

  it("explore-three: three get in on two tokens when read and write are apart", async () => {
    expect((await play("read-then-write", "explore-three")).metrics).toMatchObject({ admitted: 3, denied: 0 });
    expect((await play("safe", "explore-three")).metrics).toMatchObject({ admitted: 2, denied: 1 });
  });

  it("skewed-clocks: the sentence names the clock", async () => {
    const { verdict } = await play("read-then-write", "skewed-clocks");
    expect(verdict.text).toMatch(/^alice: 20 admitted .*Before it: alice's app server .*10 s ahead/);
  });

  exactly(
    "tells the same twice from one seed",
    async () => {
      const [first, second] = [await play("as-written", "second-edge"), await play("as-written", "second-edge")];
      expect(second.verdict.holds).toBe(first.verdict.holds);
      expect(second.metrics).toEqual(first.metrics);
    },
    STORY_MS,
  );
});

describe("a take of the safe variant", () => {
  const { service, close } = testService();
  let run: Run;
  let redis: Redis;
  const take = (client: string, cost = 1) => run.act("take", { client, cost }) as Promise<TakeResult>;
  const serverUs = async () => {
    const [seconds, us] = await redis.time();
    return Number(seconds) * 1e6 + Number(us);
  };

  beforeAll(async () => {
    ({ run } = await service.open({ pattern: "token-bucket", variant: "safe", seed: SEED }, "test"));
    redis = new Redis(run.server.connection());
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await close();
  });

  it("admits exactly ten of 200 at once, and what flowed in meanwhile", async () => {
    const startUs = await serverUs();
    const results = await Promise.all(Array.from({ length: 200 }, () => take("alice")));
    const flowed = Math.floor(((await serverUs()) - startUs) / 1e6);
    const admitted = results.filter(({ allowed }) => allowed).length;
    expect(admitted).toBeGreaterThanOrEqual(10);
    expect(admitted).toBeLessThanOrEqual(10 + flowed);
    expect(results.filter(({ allowed }) => !allowed).every(({ retryAfterMs }) => Number(retryAfterMs) > 0)).toBe(true);
    await run.settle();
    expect(run.trace.judge().holds).toBe(true);
  });

  it("leaves a hash that lives until the bucket is full", async () => {
    const result = await take("bob", 3);
    expect(result).toEqual({ allowed: true, limit: 10, remaining: 7, retryAfterMs: 0, resetMs: 3000 });
    expect(await redis.type("bucket:bob")).toBe("hash");
    const ttlMs = await redis.pttl("bucket:bob");
    expect(ttlMs).toBeGreaterThan(2000);
    expect(ttlMs).toBeLessThanOrEqual(3001);
    expect(Number(await redis.hget("bucket:bob", "tokens"))).toBe(7);
    expect(Math.abs(Number(await redis.hget("bucket:bob", "atUs")) - (await serverUs()))).toBeLessThan(5e6);
  });

  it("adds and loses nothing when the clock was set back", async () => {
    // The same to the script as a clock that fell ten seconds behind: what is stored lies in the future.
    const aheadUs = (await serverUs()) + 10e6;
    await redis.hset("bucket:carol", { tokens: "5", atUs: String(aheadUs) });
    const result = await take("carol");
    expect(result).toMatchObject({ allowed: true, remaining: 4, retryAfterMs: 0 });
    expect(result.resetMs).toBeGreaterThan(10_000);
    expect(result.resetMs).toBeLessThanOrEqual(16_000);
    expect(await redis.hgetall("bucket:carol")).toEqual({ tokens: "4", atUs: String(aheadUs) });
    expect(await take("carol", 5)).toMatchObject({ allowed: false, remaining: 4 });
  });

  exactly("admits whoever comes exactly when told, and not a millisecond earlier", async () => {
    for (const [capacity, refillPerSecond, cost] of [
      [10, 3, 7],
      [10, 0.7, 3],
      [7, 1000, 5],
      [1000, 0.1, 1],
      [3, 13.3, 1],
    ] as const) {
      await run.configure({ params: { capacity, refillPerSecond } });
      await redis.flushall();
      run.clock.freeze();
      await take("dave", capacity);
      for (let round = 0; round < 20; round++) {
        const { allowed, retryAfterMs } = await take("dave", cost);
        expect(allowed).toBe(false);
        await run.clock.sleep(Number(retryAfterMs) - 1);
        if (Number(retryAfterMs) > 1)
          expect(await take("dave", cost)).toMatchObject({ allowed: false, retryAfterMs: 1 });
        await run.clock.sleep(1);
        expect(await take("dave", cost), `${capacity}, ${refillPerSecond}/s, round ${round}`).toMatchObject({
          allowed: true,
        });
      }
      run.clock.thaw();
      await run.settle();
      expect(run.trace.judge()).toMatchObject({ holds: true });
    }
    await run.configure({ params: { capacity: 10, refillPerSecond: 1 } });
  });

  exactly(
    "keeps fractions: many small waits refill as much as one long wait",
    async () => {
      await run.configure({ params: { capacity: 10, refillPerSecond: 1.5 } });
      run.clock.freeze();
      await take("erin", 10);
      let admitted = 0;
      for (let i = 0; i < 600; i++) {
        await run.clock.sleep(33);
        if ((await take("erin")).allowed) admitted += 1;
      }
      run.clock.thaw();
      expect(admitted).toBe(Math.floor(600 * 0.033 * 1.5));
      await run.configure({ params: { capacity: 10, refillPerSecond: 1 } });
    },
    STORY_MS,
  );
});

describe("what the other variants cannot", () => {
  const { service, close } = testService();
  afterAll(close);

  it("as-written knows no waiting time and no cost, and keeps its key for an hour", async () => {
    const { run } = await service.open({ pattern: "token-bucket", variant: "as-written", seed: SEED }, "test");
    expect(await run.act("take", { client: "alice" })).toEqual({
      allowed: true,
      limit: 10,
      remaining: 9,
      retryAfterMs: null,
      resetMs: null,
    });
    await expect(run.act("take", { client: "alice", cost: 2 })).rejects.toMatchObject({ code: "not_in_variant" });
    const [key] = await run.inspect();
    expect(key).toMatchObject({ key: "bucket:alice", kind: "hash", value: { tokens: "9" } });
    expect(key?.ttlMs).toBeGreaterThan(3_590_000);
  });

  it("read-then-write admits a whole burst: every request reads the same ten tokens", async () => {
    const { run } = await service.open({ pattern: "token-bucket", variant: "read-then-write", seed: SEED }, "test");
    const results = await Promise.all(Array.from({ length: 30 }, () => run.act("take", { client: "alice" })));
    expect(results.filter((result) => (result as TakeResult).allowed)).toHaveLength(30);
  });
});
