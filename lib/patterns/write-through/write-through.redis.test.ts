/** What the stories show on real Redis and PostgreSQL, what every order of two writers comes to, and what an update keeps. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { testService } from "../../run/testing";
import { pattern } from "./pattern";

const SEED = 4711;
const RACE_MS = 60_000;
const VARIANTS = pattern.variants.map(({ id }) => id);
const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

describe("what the stories show", () => {
  const { service, close } = testService();
  afterAll(close);
  const play = async (variant: string, scenario: string) => {
    const owned = await service.open({ pattern: "write-through", variant, seed: SEED }, `${scenario} ${variant}`);
    const outcome = await owned.run.play(scenario, "fast");
    const { events } = owned.run.trace.log.range(1, owned.run.trace.log.lastSeq);
    await service.remove(owned);
    return { ...outcome, events };
  };

  it.each(VARIANTS)("one-writer, %s: twenty values that nobody reads, and what they take", async (variant) => {
    const { metrics } = await play(variant, "one-writer");
    expect(metrics).toMatchObject({ updates: 20, stored: 20, unread: 20, apart: 0, violations: 0 });
    // By MEMORY USAGE, which no value comes under.
    expect(metrics.unreadBytes).toBeGreaterThan(20 * 50);
    if (variant === "safe") expect(metrics.versionBytes).toBeGreaterThan(20 * 40);
    else expect(metrics.versionBytes).toBe(0);
  });

  it("two-writers: the older name stays, and the sentence says who came last where", async () => {
    expect((await play("as-written", "two-writers")).verdict.text).toBe(
      "user:1: username “ann” in the cache, “ben” in the row. PostgreSQL got B's write last, Redis A's.",
    );
    for (const variant of ["version-in-value", "safe"])
      expect((await play(variant, "two-writers")).metrics).toMatchObject({ stored: 1, refused: 1, apart: 0 });
  });

  it("late-writer: a version inside the value is forgotten with it, one of its own is not", async () => {
    const { verdict, events } = await play("version-in-value", "late-writer");
    expect(verdict.text).toContain("version 2 in the cache, 3 in the row");
    expect(events.some(({ type }) => type === "clock")).toBe(true);
    expect((await play("safe", "late-writer")).metrics).toMatchObject({ refused: 1, apart: 0 });
  });

  it("cache-write-fails: Redis really refuses with OOM, and who deletes has nothing stale left", async () => {
    const asWritten = await play("as-written", "cache-write-fails");
    const refused = asWritten.events.filter((event) => event.type === "reply" && event.error?.startsWith("OOM"));
    expect(refused).toHaveLength(1);
    expect(asWritten.verdict.text).toContain("Redis refused A's write.");
    expect(asWritten.metrics).toMatchObject({ failed: 1, apart: 1 });
    for (const variant of ["version-in-value", "safe"])
      expect((await play(variant, "cache-write-fails")).metrics).toMatchObject({ failed: 0, deleted: 1, apart: 0 });
  });

  it("partial-row: three of four columns vanish from the cache", async () => {
    expect((await play("as-written", "partial-row")).verdict.text).toBe(
      "user:1: the cache gave you 1 of 4 columns; email, role and version had vanished.",
    );
  });

  it("the last look at both places is what the verdict says", async () => {
    for (const variant of VARIANTS) {
      const { events, metrics } = await play(variant, "two-writers");
      const seen = events.filter((event) => event.type === "observation");
      const row = seen.findLast(({ tables }) => tables)?.tables?.[0]?.rows.find(({ id }) => id === 1);
      const value = seen.flatMap(({ keys }) => keys).findLast(({ key }) => key === "user:1")?.value;
      const cached = JSON.parse(String(value));
      expect(cached.username === row?.username).toBe(metrics.apart === 0);
    }
  });
});

describe("every order", () => {
  it.each([
    ["two-writers", "as-written", "2 of 6 orders leave the older row in the cache."],
    ["two-writers", "version-in-value", "None of 6 orders breaks it."],
    ["two-writers", "safe", "None of 6 orders breaks it."],
    ["late-writer", "as-written", "4 of 14 orders leave the older row in the cache."],
    ["late-writer", "version-in-value", "2 of 14 orders leave the older row in the cache."],
    ["late-writer", "safe", "None of 14 orders breaks it."],
  ])(
    "of %s, %s: %s",
    async (scenario, variant, text) => {
      const { search } = await exploreOnServers(registered("write-through", variant, scenario));
      expect({ text: search.text, complete: search.complete }).toEqual({ text, complete: true });
      // What the lesson quotes is what was run.
      const quoted = search.violating ? text : `none of ${search.schedules}`;
      expect(lesson).toContain(quoted.replace(/ leave.*/, ""));
    },
    RACE_MS,
  );
});

describe("an update", () => {
  const { service, close } = testService();
  afterAll(close);
  const withRun = async (variant: string, use: (run: Run, redis: Redis) => Promise<void>) => {
    const owned = await service.open({ pattern: "write-through", variant, seed: SEED }, variant);
    await owned.run.configure({ params: { databaseMs: 0 } });
    const redis = new Redis(owned.run.server.connection());
    try {
      await use(owned.run, redis);
    } finally {
      redis.disconnect();
      await service.remove(owned);
    }
  };
  const update = (run: Run, username: string, writer: string, id = 1) => run.act("update", { id, username, writer });
  const cached = async (redis: Redis) => JSON.parse((await redis.get("user:1")) ?? "null");
  const judge = async (run: Run) => {
    await run.settle();
    return run.trace.judge();
  };

  it("of safe keeps row and version, each as long as it should", async () => {
    await withRun("safe", async (run, redis) => {
      expect(await update(run, "ann", "A")).toEqual({ version: 2, cache: "written" });
      expect(await cached(redis)).toEqual({
        id: 1,
        username: "ann",
        email: "user-1@example.org",
        role: "member",
        version: 2,
      });
      expect(await redis.pttl("user:1")).toBeLessThanOrEqual(5000);
      expect(await redis.pttl("user:1:version")).toBeGreaterThan(490_000);
      expect(await redis.get("user:1:version")).toBe("2");
      expect(await run.act("read", { id: 1 })).toMatchObject({ source: "cache", value: { version: 2 } });
    });
  });

  it("of safe that is refused for want of memory deletes, and an older row cannot come after it", async () => {
    await withRun("safe", async (run, redis) => {
      await update(run, "ann", "A");
      await run.pullFault("fill-redis", {}, "person");
      expect(await update(run, "ben", "B")).toEqual({ version: 3, cache: "deleted" });
      expect(await redis.get("user:1")).toBeNull();
      // Though no memory is left, the script that deletes has put the version there.
      expect(await redis.get("user:1:version")).toBe("3");
      await run.pullFault("free-redis", {}, "person");
      const lua = readFileSync(join(import.meta.dirname, "store-safe-2.lua"), "utf8");
      expect(await redis.eval(lua, 2, "user:1", "user:1:version", "old", 2, 5000, 500_000)).toBe(0);
      expect(await redis.get("user:1")).toBeNull();
      expect(await judge(run)).toMatchObject({ holds: true });
    });
  });

  it("of safe that is refused leaves a newer row alone", async () => {
    await withRun("safe", async (_run, redis) => {
      const lua = readFileSync(join(import.meta.dirname, "forget-safe-2.lua"), "utf8");
      await redis.mset("user:1", "newer", "user:1:version", "9");
      expect(await redis.eval(lua, 2, "user:1", "user:1:version", 8, 500_000)).toBe(0);
      expect(await redis.mget("user:1", "user:1:version")).toEqual(["newer", "9"]);
    });
  });

  it("of a user who is not there changes nothing; as-written caches it all the same", async () => {
    await withRun("safe", async (run, redis) => {
      expect(await update(run, "ann", "A", 999)).toEqual({ version: null, cache: "none" });
      expect(await redis.dbsize()).toBe(0);
      expect(await run.act("read", { id: 999 })).toMatchObject({ source: "database", value: null });
    });
    await withRun("as-written", async (run) => {
      await update(run, "ann", "A", 999);
      expect(await judge(run)).toMatchObject({
        holds: false,
        text: "user:999 is cached as “ann”: there is no such user in the database.",
      });
    });
  });

  it("of safe is never apart from the row: 320 of 8 writers at once, over three users", async () => {
    await withRun("safe", async (run) => {
      const all = Array.from({ length: 320 }, (_, i) => update(run, `name-${i}`, `w${i % 8}`, (i % 3) + 1));
      await Promise.all(all);
      expect(await judge(run)).toMatchObject({ holds: true, metrics: { updates: 320, apart: 0, violations: 0 } });
    });
  });

  it("of a killed writer leaves the old row, which is excused for its TTL and gone after it", async () => {
    await withRun("safe", async (run, redis) => {
      await run.act("read", { id: 1 });
      await run.pullFault("crash-client", { client: "A", afterCommands: 1 }, "person");
      await expect(update(run, "ann", "A")).rejects.toMatchObject({ code: "actor_crashed" });
      expect((await cached(redis)).username).toBe("user-1");
      expect(await judge(run)).toMatchObject({ holds: true, metrics: { excused: 1 } });
      expect(run.trace.judge().text).toMatch(/user:1 differs and is excused for [45]\.\d s at most: A died/);
      // A Redis without the shim cannot be hurried, and the rest is told by the clock.
      if (!run.clock.movable) return;
      run.clock.freeze();
      await run.clock.sleep(5100);
      run.clock.thaw();
      expect(await run.act("read", { id: 1 })).toMatchObject({ source: "database", value: { username: "ann" } });
      expect(await judge(run)).toMatchObject({ holds: true, metrics: { violations: 0 } });
    });
  });

  it("under a workload is found in the table again, by its number", async () => {
    await withRun("safe", async (run) => {
      const { rows } = pattern;
      if (!rows) throw new Error("no rows");
      for (const n of [1, 2]) {
        const write = rows.write(7, n, 0);
        await run.act(write.action, write.body);
      }
      const read = rows.read(7, 0);
      expect(rows.seen(await run.act(read.action, read.body))).toEqual({ n: 2, hit: true });
      const stored = await run.queries?.schema.query(rows.stored, []);
      expect(stored?.rows).toHaveLength(100);
      expect(stored?.rows.filter(({ n }) => n !== 0)).toEqual([{ row: 7, n: 2 }]);
    });
  });

  it("that the database does not answer leaves the cache as it was", async () => {
    await withRun("safe", async (run, redis) => {
      await update(run, "ann", "A");
      await run.pullFault("fail-database", {}, "person");
      await expect(update(run, "ben", "B")).rejects.toMatchObject({ code: "database_error" });
      await run.pullFault("heal-database", {}, "person");
      expect((await cached(redis)).username).toBe("ann");
      expect(await judge(run)).toMatchObject({ holds: true, metrics: { failed: 1 } });
    });
  });
});

describe("a Redis that was filled", () => {
  const { service, close } = testService();
  afterAll(close);

  it("refuses writes until it is freed, and has its own limit back after a reset and after a restart", async () => {
    const { run } = await service.open({ pattern: "write-through", variant: "as-written", seed: SEED }, "filled");
    const redis = new Redis(run.server.connection());
    const limit = async () => ((await redis.config("GET", "maxmemory")) as string[])[1];
    const before = await limit();
    await redis.set("mine", "1");
    await run.pullFault("fill-redis", {}, "person");
    await run.pullFault("fill-redis", {}, "person");
    await expect(redis.set("more", "1")).rejects.toThrow(/^OOM/);
    expect(await redis.get("mine")).toBe("1");
    expect(await redis.del("mine")).toBe(1);
    await run.pullFault("free-redis", {}, "person");
    await run.pullFault("free-redis", {}, "person");
    expect(await redis.set("more", "1")).toBe("OK");
    expect(await limit()).toBe(before);

    await run.pullFault("fill-redis", {}, "person");
    expect((await run.play("partial-row", "fast")).metrics).toMatchObject({ failed: 0 });
    expect(await limit()).toBe(before);

    await run.pullFault("fill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    expect(await run.act("update", { id: 1, username: "ann" })).toMatchObject({ cache: "written" });
    await run.pullFault("fill-redis", {}, "person");
    await expect(run.act("update", { id: 1, username: "ben" })).rejects.toMatchObject({ code: "redis_error" });
    redis.disconnect();
  });
});
