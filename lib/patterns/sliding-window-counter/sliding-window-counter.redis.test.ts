/** What the stories show on real Redis, and what a single take must keep. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TakeResult } from "../../families/rate-limiting/take";
import type { Run } from "../../run/run";
import { playScenario, testService } from "../../run/testing";

const SEED = 4711;
/** With the clock shim the stories' times are exact, and so are the figures in what they say. */
const exactly = it.skipIf(!process.env.CLOCK_SHIM);

const play = (variant: string, scenario: string) =>
  playScenario({ pattern: "sliding-window-counter", variant, scenario, seed: SEED });

describe("what the stories show", () => {
  exactly("uneven: seven pass that an exact log would deny, because the estimate is off by 7.5", async () => {
    const { verdict, metrics } = await play("safe", "uneven");
    expect(metrics).toMatchObject({ admitted: 17, admittedThoughFull: 7, estimateErrorMax: 7.5, mostInAnyWindow: 17 });
    expect(verdict.text).toBe("alice: the estimate reached 10.0 of 10; at most 17 in any 4 s; 3 denied.");
  });

  exactly("steady: the estimate is off by about one unit when requests are evenly spread", async () => {
    const { metrics } = await play("safe", "steady");
    expect(metrics).toMatchObject({ denied: 0, admittedThoughFull: 0, deniedThoughFree: 0 });
    expect(metrics.estimateErrorMax).toBeGreaterThan(0);
    expect(metrics.estimateErrorMax).toBeLessThanOrEqual(1.5);
  });

  it("burst: thirty read an empty window when reading and counting are apart", async () => {
    expect((await play("as-written", "burst")).verdict.text).toBe(
      "alice: the estimate reached 30.0, at most 10 allowed.",
    );
    expect((await play("safe", "burst")).metrics).toMatchObject({ mostInAnyWindow: 10, violations: 0 });
  });

  it("skewed-clocks: the sentence names the clock, and safe does not care", async () => {
    expect((await play("as-written", "skewed-clocks")).verdict.text).toMatch(
      /Before it: alice's app server .*8 s ahead/,
    );
    expect((await play("safe", "skewed-clocks")).metrics).toMatchObject({ admitted: 10, denied: 10 });
  });
});

describe("a take of the safe variant", () => {
  const { service, close } = testService();
  let run: Run;
  let redis: Redis;
  const take = (client: string, cost = 1) => run.act("take", { client, cost }) as Promise<TakeResult>;
  const windowMs = 10_000;
  /** A fresh start, so many ms into a window, on a clock that stands still. */
  const at = async (offsetMs: number) => {
    run.clock.thaw();
    await run.startAfresh({ limit: 10, windowMs }, "another history");
    run.clock.freeze();
    const past = (run.clock.nowMs() - offsetMs) % windowMs;
    await run.clock.sleep(windowMs - past);
  };

  beforeAll(async () => {
    ({ run } = await service.open({ pattern: "sliding-window-counter", variant: "safe", seed: SEED }, "test"));
    redis = new Redis(run.server.connection());
  });
  afterAll(async () => {
    redis.disconnect();
    await close();
  });

  it("admits exactly ten of 200 at once, and counts no other", async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => take("alice")));
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(await redis.hget("ratelimit:alice", "current")).toBe("10");
  });

  exactly("keeps two counts in a hash that lives until they no longer count", async () => {
    await at(2500);
    expect(await take("bob", 3)).toEqual({ allowed: true, limit: 10, remaining: 7, retryAfterMs: 0, resetMs: 17_500 });
    const startUs = Math.round(run.clock.nowUs() - 2_500_000);
    expect(await redis.hgetall("ratelimit:bob")).toEqual({ startUs: String(startUs), current: "3", previous: "0" });
    expect(Math.abs((await redis.pttl("ratelimit:bob")) - 17_500)).toBeLessThanOrEqual(2);
  });

  exactly("weighs the window before by what of it still counts", async () => {
    await at(9000);
    await take("carol", 10);
    // 4 s into the next window 60 % of the ten still count: six, which leaves four.
    await run.clock.sleep(5000);
    expect(await take("carol", 5)).toMatchObject({ allowed: false, remaining: 4, retryAfterMs: 1000 });
    expect(await take("carol", 4)).toMatchObject({ allowed: true, remaining: 0 });
    await run.clock.sleep(1000);
    expect(await take("carol")).toMatchObject({ allowed: true });
  });

  exactly("waits for the next window when this one holds too many already", async () => {
    await at(1000);
    await take("dave", 8);
    // At the turn the eight become the count before: five fit when 3/8 of the window have passed.
    expect(await take("dave", 5)).toMatchObject({ allowed: false, retryAfterMs: 9000 + 3750 });
    expect(await take("dave", 10)).toMatchObject({ allowed: false, retryAfterMs: 9000 + 10_000 });
  });

  exactly("forgets after two windows, and not before", async () => {
    await at(1000);
    await take("erin", 10);
    await run.clock.sleep(18_990);
    expect(await take("erin", 10)).toMatchObject({ allowed: false });
    await run.clock.sleep(10);
    expect(await take("erin", 10)).toMatchObject({ allowed: true });
  });

  exactly("counts nothing twice and forgets nothing when the clock was set back", async () => {
    await at(1000);
    // The same to the script as a clock that fell back: what is stored lies in the future.
    const aheadUs = String(Math.round(run.clock.nowUs() + 9_000_000));
    await redis.hset("ratelimit:frank", { startUs: aheadUs, current: "4", previous: "3" });
    expect(await take("frank", 4)).toMatchObject({ allowed: false, remaining: 3 });
    expect(await take("frank", 3)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await redis.hgetall("ratelimit:frank")).toEqual({ startUs: aheadUs, current: "7", previous: "3" });
  });
});

describe("a take of the as-written variant", () => {
  const { service, close } = testService();
  afterAll(close);

  it("keeps a counter per window, knows no wait and no cost", async () => {
    const { run } = await service.open(
      { pattern: "sliding-window-counter", variant: "as-written", params: { limit: 1 }, seed: SEED },
      "test",
    );
    const take = (body = {}) => run.act("take", { client: "alice", ...body });
    expect(await take()).toEqual({ allowed: true, limit: 1, remaining: 0, retryAfterMs: 0, resetMs: null });
    expect(await take()).toEqual({ allowed: false, limit: 1, remaining: 0, retryAfterMs: null, resetMs: null });
    await expect(run.act("take", { client: "alice", cost: 2 })).rejects.toMatchObject({ code: "invalid" });
    const [key] = await run.inspect();
    expect(key?.key).toMatch(/^ratelimit:alice:\d+$/);
    expect(key).toMatchObject({ kind: "string", value: "1" });
  });
});
