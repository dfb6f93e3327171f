/** What the stories show on real Redis and PostgreSQL, and what services keep, hear and forget. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { eventsOf, runsUnderTest } from "../../run/testing";
import type { ReadResult } from "./users";

const SEED = 4711;
const STORY_MS = 40_000;
const RACE_MS = 60_000;
const LISTENING = ["publish", "safe", "client-tracking"];

const { open, play, endAll, close } = runsUnderTest("cache-invalidation", SEED);
afterEach(endAll);
afterAll(close);

describe("what the stories show", () => {
  it(
    "quiet: of 12 reads safe asks the database twice, and half are answered from own copies",
    async () => {
      const counts = { reads: 12, localReads: 6, cacheReads: 4, databaseReads: 2, updates: 1, staleReads: 0 };
      expect((await play("safe", "quiet")).metrics).toMatchObject(counts);
      expect((await play("client-tracking", "quiet")).metrics).toMatchObject(counts);
      const asWritten = await play("as-written", "quiet");
      expect(asWritten.metrics).toMatchObject({ ...counts, localReads: 0, cacheReads: 10 });
      // Nobody deletes the shared copy: each service drops its own and takes the old row again.
      expect((await play("publish", "quiet")).metrics).toMatchObject({
        judgedReads: 6,
        staleReads: 6,
        databaseReads: 1,
      });
    },
    STORY_MS,
  );

  it(
    "stale-fill: the old row is stored after the update, and refused where the fill needs a lease",
    async () => {
      const asWritten = await play("as-written", "stale-fill");
      expect(asWritten.verdict.text).toMatch(/^reader read version 1 from the shared copy .* after version 2/);
      expect((await play("publish", "stale-fill")).verdict.text).toMatch(/^reader read version 1 from its own copy/);
      for (const variant of ["safe", "client-tracking"])
        expect((await play(variant, "stale-fill")).metrics).toMatchObject({ refusedFills: 1, staleReads: 0 });
    },
    STORY_MS,
  );

  it(
    "missed-message: only the one who was cut off returns the old row, from its own copy, and does so still when it listens again",
    async () => {
      const { verdict, events } = await play("publish", "missed-message");
      expect(verdict.metrics).toMatchObject({ staleReads: 2 });
      for (const { text } of verdict.violations) expect(text).toMatch(/^billing read version 1 from its own copy/);
      const heard = events.flatMap((event) => (event.type === "message" ? [event.actor] : []));
      expect(heard.sort()).toEqual(["orders (listening)", "support (listening)"]);
      for (const variant of ["safe", "client-tracking"])
        expect((await play(variant, "missed-message")).metrics).toMatchObject({ staleReads: 0, judgedReads: 6 });
    },
    STORY_MS,
  );
});

describe("every order of one reader and one writer", () => {
  const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

  it.each([
    ["as-written", 1, 10],
    ["publish", 3, 10],
    ["safe", 0, 10],
    ["client-tracking", 0, 28],
  ] as const)(
    "of %s: %i of %i break, as the lesson says",
    async (variant, violating, schedules) => {
      const { search } = await exploreOnServers(registered("cache-invalidation", variant, "stale-fill"));
      expect([search.violating, search.schedules, search.complete]).toEqual([violating, schedules, true]);
      expect(lesson).toContain(`${violating === 0 ? "none" : violating} of ${schedules} orders`);
    },
    RACE_MS,
  );
});

/** A run whose queries wait for nothing. */
const quick = (variant: string) => open(variant, { databaseMs: 0 });
const read = (run: Run, who: string, id = 1) => run.act("read", { service: who, id }) as Promise<ReadResult>;
const rename = (run: Run, username: string, id = 1) => run.act("update", { username, id });
const sources = async (run: Run, ...who: string[]) => {
  const found: string[] = [];
  for (const one of who) found.push((await read(run, one)).source);
  return found;
};

describe("a read", () => {
  it.each(["as-written", ...LISTENING])(
    "of %s answers the row as it is, and null where there is none",
    async (variant) => {
      const run = await quick(variant);
      expect(await read(run, "orders", 7)).toMatchObject({
        source: "database",
        value: { id: 7, username: "user.7", version: 1 },
        version: 1,
      });
      expect(await read(run, "billing", 7)).toMatchObject({ source: "cache", version: 1 });
      expect(await read(run, "orders", 101)).toMatchObject({ source: "database", value: null, version: null });
      expect(await rename(run, "ada", 7)).toEqual({ version: 2 });
      expect(await rename(run, "ada", 101)).toEqual({ version: null });
    },
  );

  it.each(LISTENING)(
    "of %s again is answered from the service's own copy, until a message drops it",
    async (variant) => {
      const run = await quick(variant);
      expect(await sources(run, "orders", "orders", "billing", "billing")).toEqual([
        "database",
        "local",
        "cache",
        "local",
      ]);
      await rename(run, "ada");
      await run.settle();
      const [orders, billing] = [await read(run, "orders"), await read(run, "billing")];
      // What publish leaves behind: the shared copy.
      const fresh = variant === "publish" ? ["cache", 1] : ["database", 2];
      expect([orders.source, orders.version]).toEqual(fresh);
      expect(billing.version).toBe(orders.version);
    },
  );

  it("of safe forgets its own copy by itself when the bound is over, counted from before the load was sent", async () => {
    const run = await quick("safe");
    await run.configure({ params: { staleBoundMs: 1000, databaseMs: 400 } });
    if (!run.clock.movable) return;
    run.clock.freeze();
    await read(run, "orders");
    await run.clock.sleep(599);
    expect((await read(run, "orders")).source).toBe("local");
    await run.clock.sleep(1);
    expect((await read(run, "orders")).source).toBe("cache");
    run.clock.thaw();
  });

  it("of client-tracking keeps its own copy for its whole time to live, and is told when the shared one runs out", async () => {
    const run = await quick("client-tracking");
    if (!run.clock.movable) return;
    run.clock.freeze();
    await read(run, "orders");
    await run.clock.sleep(5000);
    await read(run, "billing");
    await run.clock.sleep(4000);
    expect(await sources(run, "orders", "billing")).toEqual(["local", "local"]);
    await run.clock.sleep(1500);
    // Whoever touches the key first finds it expired; that is an invalidation like any other.
    expect((await read(run, "support")).source).toBe("database");
    await run.settle();
    expect((await read(run, "billing")).source).toBe("cache");
    run.clock.thaw();
  });
});

describe("a service that is cut off", () => {
  it("is a thing of variants that listen", async () => {
    const run = await quick("as-written");
    for (const action of ["disconnect", "reconnect"])
      await expect(run.act(action, { service: "orders" })).rejects.toMatchObject({ code: "not_in_variant" });
  });

  it.each(LISTENING)("of %s stays so until it is reconnected; two who do that at once do it once", async (variant) => {
    const run = await quick(variant);
    await read(run, "orders");
    expect(await run.act("disconnect", { service: "orders" })).toEqual({ listening: false });
    await read(run, "orders");
    expect(run.actors.find("orders")?.process.listening).toBe(false);
    const both = await Promise.all([1, 2].map(() => run.act("reconnect", { service: "orders" })));
    expect(both).toEqual([{ listening: true }, { listening: true }]);
    await run.settle();
    const lanes = run.trace.log
      .range(1, run.trace.log.lastSeq)
      .events.flatMap((event) =>
        event.type === "actor" && event.actor === "orders (listening)" ? [event.status] : [],
      );
    expect(lanes).toEqual(["connected", "closed", "connected"]);
  });

  it("drops what it has in safe and client-tracking, and keeps it in publish", async () => {
    for (const variant of LISTENING) {
      const run = await quick(variant);
      await read(run, "orders");
      await run.act("disconnect", { service: "orders" });
      expect(await sources(run, "orders", "orders")).toEqual(
        variant === "publish" ? ["local", "local"] : ["cache", "cache"],
      );
      await run.act("reconnect", { service: "orders" });
      expect((await sources(run, "orders", "orders"))[1]).toBe("local");
    }
  });
});

describe("what takes copies away", () => {
  it("a FLUSHALL from outside: client-tracking is told to drop everything", async () => {
    const run = await quick("client-tracking");
    await read(run, "orders", 1);
    await read(run, "orders", 2);
    expect([...(run.actors.find("orders")?.process.memory.keys() ?? [])].sort()).toEqual([
      "tracked",
      "user:1",
      "user:2",
    ]);
    await run.observing().flushall();
    await run.settle();
    expect([...(run.actors.find("orders")?.process.memory.keys() ?? [])]).toEqual(["tracked"]);
    const message = eventsOf(run).findLast(({ type }) => type === "message");
    expect(message).toMatchObject({ actor: "orders (listening)", channel: "__redis__:invalidate", message: null });
  });

  it.each(LISTENING)(
    "of %s a crash of the process: the next one remembers nothing and listens anew",
    async (variant) => {
      const run = await quick(variant);
      await read(run, "orders");
      await run.pullFault("crash-client", { client: "orders", afterCommands: 0 }, "person");
      await expect(run.act("update", { service: "orders", id: 1, username: "x" })).rejects.toThrow();
      expect((await read(run, "orders")).source).toBe("cache");
      expect(run.actors.find("orders")?.process.listening).toBe(true);
    },
  );

  it.each(["safe", "client-tracking"])(
    "of %s the loss of Redis: nothing is kept, and the next read listens again",
    async (variant) => {
      const run = await quick(variant);
      await read(run, "orders");
      await run.pullFault("kill-redis", {}, "person");
      await run.settle();
      expect(run.actors.find("orders")?.process.memory.size).toBe(0);
      await run.pullFault("restart-redis", {}, "person");
      expect(await sources(run, "orders", "orders")).toEqual(["database", "local"]);
      await rename(run, "ada");
      await run.settle();
      expect(await read(run, "orders")).toMatchObject({ source: "database", version: 2 });
    },
  );

  it.each(["safe", "client-tracking"])(
    "of %s nothing else does: many reads and renames at once break nothing",
    async (variant) => {
      const run = await quick(variant);
      await run.configure({ params: { staleBoundMs: 100, databaseMs: 0 } });
      const services = ["orders", "billing", "support"];
      const work = async (who: string, n: number) => {
        for (let i = 0; i < 60; i++) {
          if (i % 15 === n) await rename(run, `${who}.${i}`, 1 + (i % 3));
          await Promise.all([read(run, who, 1 + (i % 3)), read(run, who, 1)]);
          if (i === 30) {
            await run.act("disconnect", { service: who });
            await run.act("reconnect", { service: who });
          }
          if (i % 10 === 9) await run.clock.sleep(60);
        }
      };
      await Promise.all(services.map(work));
      await run.clock.sleep(200);
      for (const who of services) for (const id of [1, 2, 3]) await read(run, who, id);
      await run.settle();
      expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { staleReads: 0, updates: 12 } });
    },
  );
});
