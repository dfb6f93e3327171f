/** What the stories show on real Redis and PostgreSQL, and what a flush survives. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { RunEvent, Verdict } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { eventsOf, testService } from "../../run/testing";

const SEED = 4711;
const LONG_MS = 60_000;
const { service, close } = testService();
afterAll(close);

const open = async (variant: string, params: Record<string, number> = {}) =>
  (await service.open({ pattern: "write-behind", variant, params, seed: SEED }, `${variant} ${Math.random()}`)).run;

async function play(variant: string, scenario: string) {
  const run = await open(variant);
  const outcome = await run.play(scenario, "fast");
  return { ...outcome, events: eventsOf(run) };
}

/** What PostgreSQL itself says, past all books. */
const viewsIn = async (run: Run, page = 1) =>
  Number((await run.queries?.schema.query("SELECT views FROM page_stats WHERE id = $1", [page]))?.rows[0]?.views);

describe("what the stories show", { timeout: LONG_MS }, () => {
  it("kill-between-flushes: the last 50 views die with a Redis that keeps nothing; with an append-only file they are added", async () => {
    const { verdict } = await play("as-written", "kill-between-flushes");
    expect(verdict.violations[0]?.text).toBe(
      "250 views acknowledged: 200 in the database, 0 pending in Redis, 50 lost.",
    );
    for (const variant of ["take-then-add", "safe"])
      expect((await play(variant, "kill-between-flushes")).metrics).toMatchObject({
        acknowledged: 280,
        database: 280,
        pending: 0,
        lost: 0,
      });
  });

  it("restart-empty: 5,200 become 100, unless what is flushed is only what is to be added", async () => {
    const { verdict, metrics } = await play("as-written", "restart-empty");
    expect(verdict.text).toContain("Page 1 fell from 5,200 to 100 in the database.");
    expect(metrics).toMatchObject({ database: 100, fellBy: 5100, lost: 5200 });
    expect((await play("safe", "restart-empty")).metrics).toMatchObject({ database: 5300, fellBy: 0, lost: 0 });
  });

  it("crash-flusher: what was taken is lost; what was claimed is added by the next flush, and only once", async () => {
    expect((await play("take-then-add", "crash-flusher")).metrics).toMatchObject({ acknowledged: 160, lost: 60 });
    const { metrics, events } = await play("safe", "crash-flusher");
    expect(metrics).toMatchObject({ acknowledged: 160, database: 160, lost: 0, extra: 0 });
    const adds = events.flatMap((event) => (event.type === "query" && event.sql.startsWith("WITH old") ? [event] : []));
    const rows = new Map(events.flatMap((event) => (event.type === "rows" ? [[event.ref, event.count]] : [])));
    const ids = adds.map(({ values }) => String(values[0]));
    // 40 views, 60 by a flusher that took up the dead one's claim, 60 that were added and then found to be there.
    expect(adds.map(({ seq }) => rows.get(seq))).toEqual([1, 1, 1, 0]);
    expect(new Set(ids).size).toBe(3);
  });

  it("fail-database: as-written forgets a failed UPDATE and is repaired by the next, take-then-add loses what it took", async () => {
    const asWritten = await play("as-written", "fail-database");
    expect(asWritten.metrics).toMatchObject({ failedQueries: 1, database: 200, pending: 20, lost: 0 });
    expect((await play("take-then-add", "fail-database")).metrics).toMatchObject({ failedQueries: 1, lost: 130 });
    expect((await play("safe", "fail-database")).metrics).toMatchObject({ failedQueries: 1, database: 220, lost: 0 });
  });

  it("durability: kill -9 takes all from a Redis that keeps nothing, and nothing from one that syncs before it answers", async () => {
    const { metrics, events } = await play("as-written", "durability");
    expect(metrics).toMatchObject({ noLost: 550, alwaysLost: 0 });
    // A busy disk may keep a write waiting that `everysec` has answered already.
    expect(metrics.everysecLost).toBeLessThan(550);
    for (const mode of ["no", "everysec", "always"]) expect(metrics[`${mode}PerSecond`]).toBeGreaterThan(0);
    const runs = events.flatMap((event) => (event.type === "run" ? [`${event.status} ${event.appendonly}`] : []));
    expect(runs.slice(-9)).toEqual(
      ["no", "everysec", "always"].flatMap((mode) => [`persistence ${mode}`, `redis-down ${mode}`, `redis-up ${mode}`]),
    );
    expect(events.findLast((event) => event.type === "scenario")).toMatchObject({ status: "ended", pace: "live" });
  });

  it("what is seen last of the table is what the verdict says", async () => {
    for (const variant of ["as-written", "take-then-add", "safe"]) {
      const { events, metrics } = await play(variant, "steady");
      const seen = events.findLast((event) => event.type === "observation" && event.tables !== undefined);
      const stats = seen?.type === "observation" ? seen.tables?.find(({ table }) => table === "page_stats") : undefined;
      expect(stats?.rows[0]).toEqual({ id: 1, views: metrics.database });
    }
  });
});

describe("every order", () => {
  const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

  it.each([
    ["as-written", "two-flushes"],
    ["take-then-add", "explore-crash"],
    ["safe", "two-flushes"],
    ["safe", "explore-crash"],
  ])(
    "of %s in %s has been run, and the lesson says how many break",
    async (variant, scenario) => {
      const { search } = await exploreOnServers(registered("write-behind", variant, scenario));
      expect(search.complete).toBe(true);
      expect(lesson).toContain(`${search.violating || "none"} of ${search.schedules} orders`);
    },
    LONG_MS,
  );
});

describe("a run", () => {
  const fault = (run: Run, id: string, body = {}) => run.pullFault(id, body, "person");
  const settled = async (run: Run): Promise<Verdict> => {
    await run.settle();
    return run.trace.judge();
  };
  /** Resolves when an event of this kind stands in the trace that did not before. */
  const next = (run: Run, is: (event: RunEvent) => boolean) => {
    const from = run.trace.log.lastSeq + 1;
    return new Promise<void>((resolve) => {
      const stop = run.trace.listen(() => {
        const { lastSeq } = run.trace.log;
        if (lastSeq < from || !run.trace.log.range(from, lastSeq).events.some(is)) return;
        stop();
        resolve();
      });
    });
  };

  it.each([
    ["before", 400],
    ["after", 0],
  ])(
    "of safe adds a batch once when Redis dies %s the database has it, and the next flush takes it up",
    async (_when, databaseMs) => {
      const run = await open("safe", { databaseMs });
      await run.act("view", { pageId: 1, count: 70 });
      const isAsked = (event: RunEvent) => event.type === (databaseMs ? "query" : "rows");
      const asked = next(run, isAsked);
      const flushing = run.act("flush", {}).catch((error: Error) => error);
      await asked;
      await fault(run, "kill-redis");
      expect(await flushing).toBeInstanceOf(Error);
      expect(await viewsIn(run)).toBe(70);
      await fault(run, "restart-redis");
      await run.act("view", { pageId: 1, count: 5 });
      await run.act("flush", {});
      expect(await viewsIn(run)).toBe(75);
      expect(await settled(run)).toMatchObject({
        holds: true,
        metrics: { acknowledged: 75, database: 75, pending: 0, lost: 0, extra: 0 },
      });
    },
  );

  it("of safe comes back with its keys, says so, and goes on in the same epoch; empty, it begins an epoch and counts what was lost", async () => {
    const run = await open("safe");
    await run.act("view", { pageId: 1, count: 40 });
    await run.settle();
    const epoch = eventsOf(run).at(-1)?.epoch ?? 0;
    await fault(run, "kill-redis");
    expect(await fault(run, "restart-redis")).toBe(
      "A new redis-server listens at the same address. Redis is back, with 1 key from its append-only file.",
    );
    expect(eventsOf(run).at(-1)?.epoch).toBe(epoch);
    expect(await settled(run)).toMatchObject({ holds: true, metrics: { acknowledged: 40, pending: 40 } });
    await run.persist("no");
    await fault(run, "kill-redis");
    expect(await fault(run, "restart-redis")).toMatch(/Redis is back, empty\.$/);
    expect(eventsOf(run).at(-1)?.epoch).toBe(epoch + 1);
    expect(await settled(run)).toMatchObject({ holds: false, metrics: { acknowledged: 40, lost: 40 } });
  });

  it("that is reset, or has another variant, leaves nothing behind for a Redis that is started again", async () => {
    const run = await open("safe");
    await run.act("view", { pageId: 1, count: 40 });
    const [asWritten, , safe] = run.pattern.variants;
    await run.configure({ variant: asWritten });
    expect(run.server.appendOnly).toBe("no");
    await run.configure({ variant: safe });
    expect(run.server.appendOnly).toBe("always");
    await fault(run, "restart-redis");
    expect(await run.observing().dbsize()).toBe(0);
    expect(await settled(run)).toMatchObject({ holds: null, metrics: { acknowledged: 0 } });
  });

  it("keeps its books when the database latency is changed", async () => {
    const run = await open("as-written");
    await run.act("view", { pageId: 1, count: 130 });
    await run.configure({ params: { databaseMs: 10 } });
    await run.act("view", { pageId: 1, count: 20 });
    expect(await settled(run)).toMatchObject({
      holds: true,
      metrics: { acknowledged: 150, database: 100, pending: 50 },
    });
  });

  it("counts apart what was sent when Redis was killed", async () => {
    const run = await open("safe");
    await run.act("view", { pageId: 1, count: 3 });
    await run.settle();
    // Redis stands still, so that the answer cannot come before its death.
    process.kill(run.server.pid as number, "SIGSTOP");
    const sent = run.act("view", { pageId: 1, count: 7 }).catch((error: Error) => error);
    await fault(run, "kill-redis");
    expect(await sent).toBeInstanceOf(Error);
    await run.quiet();
    await fault(run, "restart-redis");
    await run.act("flush", {});
    expect(await settled(run)).toMatchObject({
      holds: true,
      metrics: { acknowledged: 3, sent: 10, unknown: 7, lost: 0 },
    });
  });

  it("does not let an UPDATE that nobody waits for delay the view that sent it", async () => {
    const run = await open("as-written", { databaseMs: 300 });
    const told = next(run, (event) => event.type === "rows");
    await run.act("view", { pageId: 1, count: 100 });
    await told;
    const events = eventsOf(run);
    const at = (type: RunEvent["type"]) => events.findIndex((event) => event.type === type);
    expect(at("result")).toBeLessThan(at("rows"));
    expect(await viewsIn(run)).toBe(100);
  });

  it("of safe reads without the database once a page has been asked for or flushed, and is always right at rest", async () => {
    const run = await open("safe", { databaseMs: 0 });
    const read = () => run.act("read", { pageId: 1 });
    await run.act("view", { pageId: 1, count: 3 });
    expect(await read()).toEqual({ source: "database", views: 3 });
    expect(await read()).toEqual({ source: "cache", views: 3 });
    await run.act("flush", {});
    await run.act("view", { pageId: 1, count: 2 });
    expect(await read()).toEqual({ source: "cache", views: 5 });
    // A flusher died after its batch was added; the page's total is not known any more.
    await fault(run, "crash-client", { client: "flusher", afterCommands: 2 });
    await run.act("flush", {}).catch(() => null);
    await run.observing().del("views:total");
    expect(await read()).toEqual({ source: "database", views: 5 });
    await run.act("view", { pageId: 1 });
    await run.act("flush", {});
    expect(await read()).toEqual({ source: "cache", views: 6 });
    expect(await viewsIn(run)).toBe(6);
  });

  it.each(["as-written", "take-then-add"])("of %s reads what has been viewed", async (variant) => {
    const run = await open(variant, { databaseMs: 0 });
    expect(await run.act("read", { pageId: 2 })).toEqual({ source: "database", views: 0 });
    await run.act("view", { pageId: 2, count: 30 });
    expect(await run.act("read", { pageId: 2 })).toMatchObject({ views: 30 });
  });

  it("of safe loses and doubles nothing, whoever counts and flushes at once: 6 servers, 2 flushers, 5 pages", async () => {
    const run = await open("safe", { databaseMs: 0 });
    const views = Array.from({ length: 120 }, (_, i) =>
      run.act("view", { pageId: 1 + (i % 5), count: 1 + (i % 7), server: `web-${i % 6}` }),
    );
    const flushes = Array.from({ length: 12 }, (_, i) => run.act("flush", { flusher: `flusher-${i % 2}` }));
    await Promise.all([...views, ...flushes]);
    await run.act("flush", {});
    const sum = Array.from({ length: 120 }, (_, i) => 1 + (i % 7)).reduce((a, b) => a + b);
    expect(await settled(run)).toMatchObject({
      holds: true,
      metrics: { acknowledged: sum, database: sum, pending: 0, lost: 0, extra: 0 },
    });
  });

  it("has no flush as written: 409 not_in_variant", async () => {
    const run = await open("as-written");
    await expect(run.act("flush", {})).rejects.toMatchObject({ status: 409, code: "not_in_variant" });
  });
});
