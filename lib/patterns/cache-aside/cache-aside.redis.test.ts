/** What the stories show on real Redis and real PostgreSQL, what the lesson says of them, and what the scripts keep. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { EventOf, RunEvent } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { playScenario, testService } from "../../run/testing";
import type { ReadResult } from "./read";

/** The same as that of the golden traces. */
const SEED = 1;
/** With the clock shim times are exact, and so are the figures that depend on them. */
const exactly = it.skipIf(!process.env.CLOCK_SHIM);
const STORY_MS = 60_000;
const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

const play = (variant: string, scenario: string) =>
  playScenario({ pattern: "cache-aside", variant, scenario, seed: SEED });
const of = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

describe("what the stories show", () => {
  exactly(
    "herd: 500 SELECTs as written, 1 safe, and what that costs is what the lesson says",
    async () => {
      const asWritten = await play("as-written", "herd");
      expect(asWritten.verdict.text).toBe("user:1: 500 SELECTs for one fill, 1 allowed.");
      expect(asWritten.metrics).toMatchObject({ selectsPeak: 500, readP50Ms: 500 });
      const safe = await play("safe", "herd");
      expect(safe.metrics).toMatchObject({ selects: 2, mostSelects: 1, hits: 499, readP50Ms: 610, readP99Ms: 610 });
      const commands = (events: RunEvent[]) => {
        const [first] = of(events, "result");
        const after = first?.action ?? 0;
        return of(events, "command").filter(({ action }) => action !== null && action > after).length;
      };
      expect(lesson).toContain(
        `| the herd | ${commands(asWritten.events).toLocaleString("en")} commands, 500 queries | ${commands(safe.events).toLocaleString("en")} commands, 1 query |`,
      );
    },
    STORY_MS,
  );

  exactly(
    "missing-ids: 120 of 120 go through as written, as many safe as the lesson says",
    async () => {
      expect((await play("as-written", "missing-ids")).metrics).toMatchObject({ selects: 120, fills: 0 });
      const { metrics } = await play("safe", "missing-ids");
      expect(lesson).toContain(`for a second: ${metrics.selects} of 120`);
    },
    STORY_MS,
  );

  exactly(
    "synchronised-expiry: 1,000 keys end within a quarter of a second, or a fan of them",
    async () => {
      const [asWritten, safe] = [
        await play("as-written", "synchronised-expiry"),
        await play("safe", "synchronised-expiry"),
      ];
      expect(asWritten.metrics).toMatchObject({ expiriesPeak: 1000, reloadsPeak: 1000 });
      expect(safe.metrics.expiriesPeak).toBeLessThan(260);
      expect(safe.metrics.reloadsPeak).toBeLessThan(260);
      expect(safe.metrics.selects).toBe(2000);
    },
    2 * STORY_MS,
  );

  exactly(
    "hot-key: nobody but the loaders waits for a row that is loaded before its end",
    async () => {
      const [asWritten, safe] = [await play("as-written", "hot-key"), await play("safe", "hot-key")];
      expect(asWritten.metrics).toMatchObject({ reads: 721, readP99Ms: 100 });
      expect(safe.metrics).toMatchObject({ reads: 721, readP99Ms: 0, mostSelects: 1 });
      expect(safe.metrics.selects).toBeLessThan(10);
    },
    STORY_MS,
  );

  exactly(
    "out-of-date: the last old answer came almost a TTL after the change",
    async () => {
      const { metrics } = await play("as-written", "out-of-date");
      expect(lesson).toContain(`came ${((metrics.stalestMs ?? 0) / 1000).toFixed(1)} s after the change`);
      expect(metrics.staleReads).toBe(17);
      const safe = await play("safe", "out-of-date");
      expect(safe.metrics.stalestMs).toBeLessThanOrEqual(metrics.stalestMs ?? 0);
    },
    STORY_MS,
  );

  exactly(
    "loader-dies: 120 are answered by the second loader, when the lease of the dead one is over",
    async () => {
      const { verdict, metrics, events } = await play("safe", "loader-dies");
      expect(verdict.text).toBe("user:1: 2 SELECTs for one fill, 2 allowed (app-41 crashed while it loaded).");
      expect(metrics).toMatchObject({ reads: 120, failedReads: 1, crashedLoaders: 1, readP99Ms: 2300 });
      expect(of(events, "result").filter(({ error }) => error !== undefined)).toHaveLength(1);
    },
    STORY_MS,
  );

  exactly(
    "database-fails: who waits is told, and asks nobody",
    async () => {
      expect((await play("as-written", "database-fails")).verdict.text).toMatch(/^user:1: 201 SELECTs for one fill/);
      const { metrics, events } = await play("safe", "database-fails");
      expect(metrics).toMatchObject({ selects: 2, reads: 100, failedReads: 101, failedLoaders: 1 });
      const errors = of(events, "result").flatMap(({ name, error }) => (name === "read" && error ? [error] : []));
      expect(errors.filter((error) => error === "A moment ago user:1 could not be loaded.")).toHaveLength(100);
    },
    STORY_MS,
  );
});

describe("what the lesson says of all orders", () => {
  it.each([
    ["explore-two-loaders", "as-written", (text: string) => `As written ${text.replace(/\.$/, "")}`],
    [
      "explore-two-loaders",
      "safe",
      (text: string) => `Of the ${/of ([\d,]+) orders/.exec(text)?.[1]} orders of \`safe\` none`,
    ],
    ["explore-late-loader", "safe", (text: string) => `None of the ${/of ([\d,]+) orders/.exec(text)?.[1]} orders`],
  ])(
    "%s, %s: is what exploring them counts",
    async (scenario, variant, told) => {
      const { search } = await exploreOnServers(registered("cache-aside", variant, scenario, SEED));
      expect(search.complete).toBe(true);
      expect(search.violating > 0).toBe(variant === "as-written");
      expect(lesson).toContain(told(search.text));
    },
    STORY_MS,
  );
});

describe("a read", () => {
  const { service, close } = testService({ RUNS_PER_OWNER: "20" });
  afterAll(close);
  let run: Run;
  afterEach(() => run.clock.thaw());
  const open = async (variant: string, params: Record<string, number> = {}) => {
    ({ run } = await service.open(
      { pattern: "cache-aside", variant, params: { databaseMs: 0, ...params }, seed: SEED },
      variant,
    ));
    return run;
  };
  const read = (id = 1, instance = "app-1") => run.act("read", { id, instance }) as Promise<ReadResult>;
  const redis = () => run.observing();

  it.each(["as-written", "safe"])(
    "of %s answers the row, first from the database, then from the cache",
    async (variant) => {
      await open(variant, { ttlMs: 60_000 });
      const ada = { id: 7, username: "user7", email: "user7@example.org", version: 1 };
      expect(await read(7)).toMatchObject({ source: "database", value: ada });
      expect(await read(7, "app-2")).toMatchObject({ source: "cache", value: ada });
      expect(await run.act("update", { id: 7, username: "ada" })).toEqual({ version: 2 });
      expect(await read(7)).toMatchObject({ source: "cache", value: ada });
      expect(await run.act("expire", { id: 7 })).toEqual({ expired: true });
      expect(await run.act("expire", { id: 7 })).toEqual({ expired: false });
      expect(await read(7)).toMatchObject({ source: "database", value: { ...ada, username: "ada", version: 2 } });
      expect(await run.act("update", { id: 5000 })).toEqual({ version: null });
      const ttlMs = await redis().pttl("user:7");
      expect(ttlMs).toBeGreaterThan(0.7 * 60_000 - 5000);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
    },
  );

  it("of a row that is not there is stored by safe for a short while, by as-written never", async () => {
    await open("as-written");
    expect(await read(9001)).toMatchObject({ source: "database", value: null });
    expect(await read(9001)).toMatchObject({ source: "database", value: null });
    await open("safe", { negativeMs: 10_000 });
    expect(await read(9001)).toMatchObject({ source: "database", value: null });
    expect(await read(9001)).toMatchObject({ source: "cache", value: null });
    expect(await redis().pttl("user:9001")).toBeLessThanOrEqual(10_000);
  });

  it("of safe leaves no lease behind, and takes none that somebody else holds", async () => {
    await open("safe", { leaseMs: 200, ttlMs: 60_000 });
    await read();
    expect(await redis().exists("lease:user:1")).toBe(0);
    await run.act("expire", { id: 1 });
    await redis().set("lease:user:1", "somebody", "PX", 60_000);
    await expect(read()).rejects.toMatchObject({
      message: expect.stringContaining("Nobody has loaded user:1 in 400 ms"),
    });
    expect(await redis().get("lease:user:1")).toBe("somebody");
    expect(await redis().exists("user:1")).toBe(0);
  });

  it("of safe that comes too late stores nothing, and takes the lease from nobody", async () => {
    await open("safe", { databaseMs: 300, leaseMs: 3000 });
    const late = read();
    const isGranted = async () => (await redis().exists("lease:user:1")) === 1;
    while (!(await isGranted())) await new Promise((resolve) => setImmediate(resolve));
    await redis().set("lease:user:1", "another", "PX", 60_000);
    expect(await late).toMatchObject({ source: "database" });
    expect(await redis().exists("user:1")).toBe(0);
    expect(await redis().get("lease:user:1")).toBe("another");
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { lateLoaders: 1, fills: 0 } });
  });

  it("of safe stores nothing at all when its lease is shorter than the database is slow", async () => {
    await open("safe", { databaseMs: 300, leaseMs: 100 });
    for (let i = 0; i < 2; i++) expect(await read()).toMatchObject({ source: "database" });
    expect(await redis().exists("user:1")).toBe(0);
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { selects: 2, fills: 0, lateLoaders: 2 } });
  });

  it("of safe answers what it has when a load before its end fails", async () => {
    await open("safe", { ttlMs: 60_000 });
    const { value } = await read();
    // Almost over: every reader would load it now.
    const entry = JSON.parse(String(await redis().get("user:1")));
    await redis().set(
      "user:1",
      JSON.stringify({ ...entry, loadMs: 1e6, expiresAt: run.clock.nowMs() + 1 }),
      "PX",
      60_000,
    );
    await run.pullFault("fail-database", {}, "person");
    expect(await read()).toMatchObject({ source: "cache", value });
    expect(await redis().get("lease:user:1")).toBe("failed");
    expect(await read(1, "app-2")).toMatchObject({ source: "cache", value });
    await run.pullFault("heal-database", {}, "person");
  });

  it("may be one of a herd of 1,000 on 40 instances, and still one SELECT is all", async () => {
    await open("safe", { databaseMs: 100, instances: 40 });
    expect(await run.act("herd", { id: 3, readers: 1000 })).toMatchObject({
      readers: 1000,
      hits: 999,
      loads: 1,
      failed: 0,
    });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { selects: 1, fills: 1, reads: 1000 } });
  });

  it("survives a Redis that is killed and comes back empty", async () => {
    await open("safe", { databaseMs: 50 });
    await read();
    await run.pullFault("kill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    expect(await run.act("herd", { id: 1, readers: 50 })).toMatchObject({ loads: 1, failed: 0 });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { selects: 1 } });
  });
});
