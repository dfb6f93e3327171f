/** What the stories show on real Redis, and what a single take must keep. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TakeResult } from "../../families/rate-limiting/take";
import type { Run } from "../../run/run";
import { playScenario, testService } from "../../run/testing";

const SEED = 4711;
/** With the clock shim the stories' times are exact, and so are the figures in what they say. */
const exactly = it.skipIf(!process.env.CLOCK_SHIM);
/** At pace `live`, which is the only one without the clock shim, a story takes up to 18 s. */
const STORY_MS = 40_000;

const play = (variant: string, scenario: string) =>
  playScenario({ pattern: "sliding-window", variant, scenario, seed: SEED });

describe("what the stories show", () => {
  it("burst: as-written never denies, and so does nobody who counts before adding", async () => {
    expect((await play("as-written", "burst")).metrics).toMatchObject({ admitted: 35, denied: 0 });
    expect((await play("count-then-add", "burst")).verdict.text).toBe(
      "alice: 30 admitted at one moment, at most 10 allowed.",
    );
    expect((await play("safe", "burst")).metrics).toMatchObject({ admitted: 15, denied: 20, mostInAnyWindow: 10 });
  });

  exactly("hammer: 5 admitted where 30 are due, when denied requests stay in the log", async () => {
    const lockedOut = await play("as-written-fixed-reply", "hammer");
    expect(lockedOut.metrics).toMatchObject({ admitted: 5, denied: 100, deniedWrongly: 87 });
    expect(lockedOut.verdict.text).toBe(
      "alice was denied, though only 4 of 5 had been admitted in the 2.5 s before. 87 of 100 denials were without reason.",
    );
    expect((await play("safe", "hammer")).metrics).toMatchObject({ admitted: 30, denied: 75, deniedWrongly: 0 });
  });

  it("skewed-clocks: the sentence names the clock, and safe does not care", async () => {
    const { verdict } = await play("count-then-add", "skewed-clocks");
    expect(verdict.text).toMatch(/^alice: 20 admitted .*Before it: alice's app server .*10 s ahead/);
    expect((await play("safe", "skewed-clocks")).metrics).toMatchObject({ admitted: 10, denied: 10 });
  });

  it("explore-three: three get in on two places when the count and the entry are apart", async () => {
    expect((await play("count-then-add", "explore-three")).metrics).toMatchObject({ admitted: 3, denied: 0 });
    expect((await play("safe", "explore-three")).metrics).toMatchObject({ admitted: 2, denied: 1 });
  });
});

describe("a take of the safe variant", () => {
  const { service, close } = testService();
  let run: Run;
  let redis: Redis;
  const take = (client: string, cost = 1) => run.act("take", { client, cost }) as Promise<TakeResult>;

  beforeAll(async () => {
    ({ run } = await service.open({ pattern: "sliding-window", variant: "safe", seed: SEED }, "test"));
    redis = new Redis(run.server.connection());
  });
  beforeEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await close();
  });

  it("admits exactly ten of 200 at once, and writes down no other", async () => {
    const results = await Promise.all(Array.from({ length: 200 }, () => take("alice")));
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(results.filter(({ allowed }) => !allowed).every(({ retryAfterMs }) => Number(retryAfterMs) > 0)).toBe(true);
    expect(await redis.zcard("ratelimit:alice")).toBe(10);
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { deniedWrongly: 0 } });
  });

  it("leaves an entry per unit, all of one moment, and a key that lives for one window", async () => {
    const result = await take("bob", 3);
    expect(result).toEqual({ allowed: true, limit: 10, remaining: 7, retryAfterMs: 0, resetMs: 10_000 });
    const entries = await redis.zrange("ratelimit:bob", "0", "-1", "WITHSCORES");
    expect(entries).toHaveLength(6);
    expect(new Set(entries.filter((_, i) => i % 2 === 1)).size).toBe(1);
    expect(String(entries[1])).toMatch(/^\d{16}$/);
    const ttlMs = await redis.pttl("ratelimit:bob");
    expect(ttlMs).toBeGreaterThan(9000);
    expect(ttlMs).toBeLessThanOrEqual(10_000);
  });

  exactly("waits for as many of the oldest entries as a cost needs", async () => {
    await run.startAfresh({ limit: 5, windowMs: 10_000 }, "another history");
    run.clock.freeze();
    for (let i = 0; i < 5; i++) {
      await take("carol");
      await run.clock.sleep(1000);
    }
    expect(await take("carol", 1)).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 5000, resetMs: 9000 });
    expect(await take("carol", 3)).toMatchObject({ allowed: false, retryAfterMs: 7000 });
    await run.clock.sleep(7000);
    expect(await take("carol", 3)).toMatchObject({ allowed: true, remaining: 0 });
    run.clock.thaw();
    await run.startAfresh({ limit: 10, windowMs: 10_000 }, "as it was");
  });

  exactly("decides to the microsecond: the window has one of its ends, not both", async () => {
    await run.startAfresh({ limit: 1, windowMs: 100 }, "another history");
    run.clock.freeze();
    expect(await take("dave")).toMatchObject({ allowed: true });
    await run.clock.sleep(99.999);
    expect(await take("dave")).toMatchObject({ allowed: false, retryAfterMs: 1 });
    await run.clock.sleep(0.001);
    expect(await take("dave")).toMatchObject({ allowed: true });
    run.clock.thaw();
    await run.startAfresh({ limit: 10, windowMs: 10_000 }, "as it was");
  });
});

describe("what the other variants do", () => {
  const { service, close } = testService();
  afterAll(close);
  const open = async (variant: string) => {
    const { run } = await service.open({ pattern: "sliding-window", variant, seed: SEED }, variant);
    return (body: Record<string, unknown> = {}) => run.act("take", { client: "alice", ...body }) as Promise<TakeResult>;
  };

  it("as-written takes [error, count] for the count: nothing is denied, and what remains is not a number", async () => {
    const take = await open("as-written");
    const results = await Promise.all(Array.from({ length: 12 }, () => take()));
    expect(results.every(({ allowed }) => allowed)).toBe(true);
    expect(JSON.parse(JSON.stringify(results[11]))).toMatchObject({ allowed: true, remaining: null });
    await expect(take({ cost: 2 })).rejects.toMatchObject({ code: "not_in_variant" });
  });

  it("as-written-fixed-reply denies the eleventh, writes it down, and tells it to come back at once", async () => {
    const take = await open("as-written-fixed-reply");
    const results = await Promise.all(Array.from({ length: 11 }, () => take()));
    expect(results[9]).toMatchObject({ allowed: true, remaining: 0 });
    expect(results[10]).toEqual({ allowed: false, limit: 10, remaining: 0, retryAfterMs: 0, resetMs: null });
  });

  it("a cost over the limit is refused before it is sent", async () => {
    const take = await open("safe");
    await expect(take({ cost: 11 })).rejects.toMatchObject({ code: "invalid", details: { field: "cost" } });
  });

  exactly(
    "hammered twice a second for a minute, five are admitted per 10 s: 5 by the notes, 30 by the safe script",
    async () => {
      for (const [variant, admitted] of [
        ["as-written-fixed-reply", 5],
        ["safe", 30],
      ] as const) {
        const { run } = await service.open(
          { pattern: "sliding-window", variant, params: { limit: 5 } },
          `${variant} 60 s`,
        );
        run.clock.freeze();
        let count = 0;
        for (let i = 0; i < 120; i++) {
          if (((await run.act("take", { client: "alice" })) as TakeResult).allowed) count += 1;
          await run.clock.sleep(500);
        }
        expect(count).toBe(admitted);
      }
    },
    STORY_MS,
  );
});
