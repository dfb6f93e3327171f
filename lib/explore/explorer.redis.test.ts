import { readdirSync } from "node:fs";
import { RateLimiterRedis, RateLimiterRedisNonAtomic } from "rate-limiter-flexible";
import { describe, expect, it } from "vitest";
import type { PatternContext } from "../contract";
import { RedisServer } from "../redis/redis-server";
import { explore } from "./explorer";
import { replayed } from "./shrink";
import { adHoc, exploreOnServers, registered, withServers } from "./testing";
import { Track } from "./track";

/** n!/(k!…): how many orders there are of so many steps per actor. */
function ordersOf(...steps: number[]): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return steps.reduce((n, k) => n / factorial(k), factorial(steps.reduce((a, b) => a + b)));
}

const increments = (times: number) => async (ctx: PatternContext) => {
  for (let i = 0; i < times; i++) await ctx.redis.incr("counter");
  return times;
};
const getThenSet = async ({ redis }: PatternContext) => {
  const next = Number(await redis.get("counter")) + 1;
  await redis.set("counter", next);
  return next;
};
const bothCounted = (values: unknown[]) => values.includes(2);

describe("every order", () => {
  it.each([
    [{ A: increments(2), B: increments(2) }, ordersOf(2, 2)],
    [{ A: increments(5), B: increments(5) }, ordersOf(5, 5)],
    [{ A: increments(1), B: increments(2), C: increments(3) }, ordersOf(1, 2, 3)],
  ])("is run once, and there are as many as combinatorics says: %#", async (actors, count) => {
    const { search } = await exploreOnServers(adHoc(actors, () => true));
    expect(search).toMatchObject({ schedules: count, complete: true, violating: 0, strategy: "every order" });
    expect(new Set(search.orders.map(({ order }) => order)).size).toBe(count);
  });

  it("of a GET and SET by two: 4 of 6 lose an update, the shortest with 2 switches in 4 steps", async () => {
    const { search, shortest } = await exploreOnServers(
      adHoc({ A: getThenSet, B: getThenSet }, bothCounted, { breach: () => "lose an update" }),
    );
    expect(search).toMatchObject({ schedules: 6, violating: 4, complete: true, text: "4 of 6 orders lose an update." });
    expect(shortest).toMatchObject({ switches: 2, steps: 4 });
    expect(shortest?.told.slice(0, 2)).toEqual([
      expect.stringMatching(/^[AB] sends GET counter, and gets nothing\.$/),
      expect.stringMatching(/^[AB] sends GET counter, and gets nothing\.$/),
    ]);
  });

  it("comes with fewer pre-emptive switches first, and a limit says which were run", async () => {
    const race = adHoc({ A: increments(5), B: increments(5) }, () => true);
    const { search } = await exploreOnServers(race, { maxSchedules: 60, tracks: 1 });
    expect(search).toMatchObject({
      schedules: 60,
      complete: false,
      strategy: "every order with at most 2 pre-emptive switches, and some with more",
    });
    expect(search.text).toBe(`None of 60 orders breaks it. Not every order was run: ${search.strategy}.`);
  });

  it("that never ends is given up at 20 steps, and the search is not called complete", async () => {
    const forever = async ({ redis }: PatternContext) => {
      for (;;) await redis.incr("counter");
    };
    const { search } = await exploreOnServers(
      adHoc({ A: forever, B: increments(1) }, () => true),
      { maxSchedules: 30 },
    );
    expect(search.complete).toBe(false);
    expect(search.strategy).toContain("given up at 20 steps");
  });

  it("may hold deaths: an actor dies before any of its steps, and the others go on", async () => {
    const race = adHoc({ A: getThenSet, B: increments(1) }, () => true, { crashes: ["A"] });
    const { search } = await exploreOnServers(race);
    // 3 without a death; with it: A dies before GET (2 places of B's step), between GET and SET (3).
    expect(search).toMatchObject({ schedules: 8, complete: true });
  });

  it("lets time pass to the deadline of a key, for TTL, clock and Lua alike", async () => {
    const lock = async (ctx: PatternContext) => {
      const got = await ctx.redis.set("lock", ctx.actor, "PX", 1000, "NX");
      const [seconds, us] = await ctx.redis.time();
      return `${ctx.actor} ${got} ${Number(seconds) * 1000 + Number(us) / 1000 - ctx.now()}`;
    };
    const both = (values: unknown[]) => values.every((value) => String(value).includes(" OK "));
    const { search, shortest } = await exploreOnServers(
      adHoc({ A: lock, B: lock }, (values) => !both(values), { ticks: 1, breach: () => "have two owners" }),
    );
    expect(search.complete).toBe(true);
    expect(shortest?.schedule).toContain("tick");
    expect(shortest?.told.join(" ")).toContain("1,001 ms pass.");
    const virtual = Boolean(process.env.CLOCK_SHIM);
    if (virtual) expect(shortest?.told.join(" ")).not.toMatch(/OK [^0]/);
  });

  it("wakes who sleeps when all sleep, without using up the ticks of the race", async () => {
    const nap = async (ctx: PatternContext) => {
      await ctx.sleep(500);
      await ctx.redis.incr("counter");
      return ctx.now();
    };
    const { search } = await exploreOnServers(adHoc({ A: nap, B: nap }, (values) => values.length === 2));
    expect(search).toMatchObject({ violating: 0, complete: true, schedules: 2 });
  });

  it("lets a blocking pop go only when it need not wait, and says so when it waits for ever", async () => {
    const worker = async ({ redis }: PatternContext) => (await redis.brpop("queue", 0))?.[1] ?? null;
    const producer = async ({ redis }: PatternContext) => redis.lpush("queue", "job");
    const popped = (values: unknown[]) => values.includes("job");
    const { search } = await exploreOnServers(adHoc({ W: worker, P: producer }, popped));
    expect(search).toMatchObject({ schedules: 1, violating: 0, complete: true });
    const alone = await exploreOnServers(adHoc({ W: worker, P: async () => null }, () => true));
    expect(alone.search.complete).toBe(false);
  });

  it("leaves no transaction behind: WATCH of one order does not abort the next one's EXEC", async () => {
    const watching = async ({ redis }: PatternContext) => {
      for (let tries = 0; tries < 5; tries++) {
        await redis.watch("counter");
        const next = Number(await redis.get("counter")) + 1;
        if (await redis.multi().set("counter", next).exec()) return next;
      }
      throw new Error("gave up");
    };
    const { search } = await exploreOnServers(adHoc({ A: watching, B: watching }, bothCounted, { crashes: ["A"] }), {
      tracks: 1,
    });
    expect(search.complete).toBe(true);
    // Orders in which A dies have one answer less, and that one may be 1. Who loses the race tries again alone.
    const deathless = search.orders.filter(
      ({ order }) => !order.includes(search.alphabet.indexOf("crash:A").toString()),
    );
    expect(deathless).toHaveLength(ordersOf(3, 3));
    expect(deathless.every(({ holds }) => holds)).toBe(true);
  });
});

describe("an order", () => {
  it("has the same events ten times out of ten: times, random numbers and replies included", async () => {
    const race = registered("sliding-window", "count-then-add", "explore-three");
    await withServers(async (settings) => {
      const server = await RedisServer.start(settings);
      const track = await Track.open({ server, schema: null }, race);
      const seen = new Set<string>();
      for (let i = 0; i < 10; i++) {
        const { events } = await replayed(track, ["A", "B", "B", "C", "A", "C"], true);
        seen.add(JSON.stringify(events.map((event) => ({ ...event, latencyUs: 0, ms: 0 }))));
      }
      await track.close();
      await server.stop();
      expect(seen.size).toBe(1);
      expect([...seen][0]).toContain("ZADD");
    });
  });
});

describe("unmodified libraries under the explorer", () => {
  const consume =
    (Limiter: typeof RateLimiterRedis | typeof RateLimiterRedisNonAtomic) =>
    async ({ redis }: PatternContext) => {
      const limiter = new Limiter({ storeClient: redis, points: 2, duration: 10, keyPrefix: "rl" });
      try {
        await limiter.consume("alice");
        return "admitted";
      } catch (rejection) {
        if (rejection instanceof Error) throw rejection;
        return "denied";
      }
    };
  const atMostTwo = (values: unknown[]) => values.filter((value) => value === "admitted").length <= 2;
  const three = (call: ReturnType<typeof consume>) =>
    adHoc({ A: call, B: call, C: call }, atMostTwo, { breach: () => "admit 3 of 2" });

  it("rate-limiter-flexible's RateLimiterRedisNonAtomic admits 3 of 2 in some orders", async () => {
    const { search, shortest } = await exploreOnServers(three(consume(RateLimiterRedisNonAtomic)));
    expect(search.complete).toBe(true);
    expect(search.text).toMatch(/^\d+ of \d+ orders admit 3 of 2\.$/);
    expect(shortest).not.toBeNull();
  });

  it("its atomic RateLimiterRedis admits 3 of 2 in none", async () => {
    const { search } = await exploreOnServers(three(consume(RateLimiterRedis)));
    expect(search).toMatchObject({ violating: 0, complete: true });
  });
});

describe("an exploration", () => {
  it("leaves no redis-server and no file behind, also when the race cannot be stepped", async () => {
    await withServers(async (settings) => {
      const lost = adHoc(
        { A: ({ redis }) => redis.xread("BLOCK", 0, "STREAMS", "s", "$"), B: increments(1) },
        () => true,
      );
      await expect(explore(lost, settings)).rejects.toThrow(/cannot be stepped/);
      expect(readdirSync(settings.directory)).toEqual([]);
    });
  });
});
