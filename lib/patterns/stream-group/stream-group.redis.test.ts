/** What the stories show on real Redis, in every order, and with a thousand entries and five deaths. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Body } from "../../contract";
import type { EventOf } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { type eventsOf, runsUnderTest } from "../../run/testing";
import { STREAM, type StartResult, type TurnResult } from "./jobs";

const SEED = 4711;
const STORY_MS = 60_000;
const RACE_MS = 120_000;
const GROUP = "email-workers";
const DEAD = "jobs:dead";

const { open, play, endAll, close } = runsUnderTest("stream-group", SEED);
afterEach(endAll);
afterAll(close);
const judge = async (run: Run) => {
  await run.settle();
  return run.trace.judge();
};
const add = (run: Run, payload: string, type = "email") =>
  run.act("add", { type, payload }) as unknown as Promise<{ id: string }>;
const start = (run: Run, consumer: string, more: Body = {}) =>
  run.act("start-consumer", { consumer, ...more }) as unknown as Promise<StartResult>;
const stop = (run: Run, consumer: string, group = GROUP) => run.act("stop-consumer", { consumer, group });
const crash = (run: Run, consumer: string, afterCommands = 0) =>
  run.pullFault("crash-consumer", { consumer, afterCommands }, "person");
const entryIds = async (run: Run) => (await run.observing().xrange(STREAM, "-", "+")).map(([id]) => id);
const pendingIn = async (run: Run, group = GROUP) => {
  const [count] = (await run.observing().xpending(STREAM, group)) as [number];
  return count;
};
/** Rows of `effects` by entry, as PostgreSQL has them. */
async function effectsOf(run: Run): Promise<Map<string, number>> {
  const answer = await run.queries?.schema.query(
    "SELECT worker_group || ' ' || entry_id AS key, count(*)::int AS n FROM effects GROUP BY 1",
    [],
  );
  return new Map((answer?.rows ?? []).map(({ key, n }) => [String(key), Number(n)]));
}
const results = (events: ReturnType<typeof eventsOf>, name: string): EventOf<"result">[] =>
  events.filter((event): event is EventOf<"result"> => event.type === "result" && event.name === name);

/** Sent to a Redis that did not know the script yet: it was sent once more. */
const isNoScript = (events: ReturnType<typeof eventsOf>, at: number): boolean =>
  events.some(
    (event) => event.type === "reply" && event.ref === events[at]?.seq && event.error?.startsWith("NOSCRIPT"),
  );

const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

describe("what the stories show", () => {
  it(
    "calm: two consumers share the jobs of one group, and the other group gets all of them again",
    async () => {
      for (const variant of ["as-written", "safe", "maxlen"]) {
        const { run, metrics } = await play(variant, "calm");
        expect(metrics).toMatchObject({ added: 8, acked: 16, effects: 16, pending: 0, unfinished: 0, twice: 0 });
        const shares = await run.queries?.schema.query(
          "SELECT worker_group, count(*)::int AS jobs, count(DISTINCT consumer)::int AS workers FROM effects GROUP BY 1 ORDER BY 1",
          [],
        );
        expect(shares?.rows).toEqual([
          { worker_group: "analytics", jobs: 8, workers: 1 },
          { worker_group: GROUP, jobs: 8, workers: 2 },
        ]);
      }
    },
    STORY_MS,
  );

  it(
    "calm: it costs the commands that the lesson's table says",
    async () => {
      for (const variant of ["as-written", "safe"]) {
        const { run, events } = await play(variant, "calm");
        if (!run.clock.movable) return;
        const end = events.findIndex((event) => event.type === "scenario" && event.status === "ended");
        const sent = events.slice(0, end).filter((event, i) => event.type === "command" && !isNoScript(events, i));
        expect(lesson).toContain(`| ${variant} | ${sent.length} |`);
      }
    },
    STORY_MS,
  );

  it(
    "before-the-group: $ skips the job that was there, 0 does not; Redis itself has it in the stream",
    async () => {
      const asWritten = await play("as-written", "before-the-group");
      expect(asWritten.metrics).toMatchObject({ added: 2, acked: 1, skipped: 1 });
      expect((await entryIds(asWritten.run)).length).toBe(2);
      expect((await effectsOf(asWritten.run)).size).toBe(1);
      const safe = await play("safe", "before-the-group");
      expect(safe.metrics).toMatchObject({ added: 2, acked: 2, skipped: 0 });
    },
    STORY_MS,
  );

  it(
    "crash-consumer: six jobs stay pending with the dead one as written; XAUTOCLAIM brings them to the living one",
    async () => {
      const asWritten = await play("as-written", "crash-consumer");
      expect(asWritten.metrics).toMatchObject({ added: 8, acked: 2, pending: 6, late: 6 });
      expect(await pendingIn(asWritten.run)).toBe(6);
      const safe = await play("safe", "crash-consumer");
      expect(safe.metrics).toMatchObject({ added: 8, acked: 8, pending: 0, redelivered: 6, late: 0, twice: 0 });
      expect(await pendingIn(safe.run)).toBe(0);
    },
    STORY_MS,
  );

  it(
    "restart: as written ends in BUSYGROUP, and without the set-up forgets its own; safe takes up four at once",
    async () => {
      const asWritten = await play("as-written", "restart");
      const [, second, third] = results(asWritten.events, "start-consumer");
      expect(second?.error).toMatch(/^BUSYGROUP/);
      expect(third?.value).toMatchObject({ started: true, own: null, read: 0 });
      expect(asWritten.metrics).toMatchObject({ acked: 1, pending: 4, late: 4 });
      const safe = await play("safe", "restart");
      expect(results(safe.events, "start-consumer")[1]?.value).toMatchObject({ started: true, own: 4, done: 4 });
      expect(safe.metrics).toMatchObject({ acked: 5, pending: 0 });
    },
    STORY_MS,
  );

  it(
    "poison: it is tried three times, then lies in the dead letters with what one has to know of it",
    async () => {
      const asWritten = await play("as-written", "poison");
      expect(asWritten.metrics).toMatchObject({ acked: 4, pending: 1, dead: 0, late: 1 });
      const { run, metrics, events } = await play("safe", "poison");
      expect(metrics).toMatchObject({ acked: 4, pending: 0, dead: 1, redelivered: 3 });
      const turns = results(events, "consuming").map(({ value }) => value as unknown as TurnResult);
      expect(turns.reduce((sum, { failed }) => sum + failed, 0)).toBe(3);
      const [letter] = await run.observing().xrange(DEAD, "-", "+");
      const [, , , , deliveries, ...job] = (letter?.[1] ?? []).filter((_, i) => i !== 1);
      expect(deliveries).toBe("3");
      expect(job).toEqual(["type", "poison", "payload", "no address"]);
    },
    STORY_MS,
  );

  it(
    "slow-group: MAXLEN throws away what the slow group has not read; MINID waits for it, and trims what all have done",
    async () => {
      const cut = await play("maxlen", "slow-group");
      expect(cut.metrics).toMatchObject({ added: 34, kept: 12, lost: 18 });
      expect((await entryIds(cut.run)).length).toBe(12);
      expect([...(await effectsOf(cut.run)).keys()].filter((key) => key.startsWith("analytics")).length).toBe(16);
      const safe = await play("safe", "slow-group");
      expect(safe.metrics).toMatchObject({ added: 34, acked: 68, lost: 0 });
      expect(safe.metrics.kept).toBe((await entryIds(safe.run)).length);
      expect(safe.metrics.kept).toBeLessThan(34);
      // As written loses nothing, and never throws anything away.
      expect((await play("as-written", "slow-group")).metrics).toMatchObject({ acked: 68, kept: 34 });
      expect(lesson).toContain("18 of 34");
    },
    STORY_MS,
  );

  it(
    "after each story of safe every key has an owner: the stream is trimmed by its consumers, dead letters have a time to live",
    async () => {
      for (const { id } of (await open("safe")).pattern.scenarios) {
        const { run } = await play("safe", id);
        const keys = await run.inspect();
        expect(keys.map(({ key }) => key)).toEqual(id === "poison" ? [STREAM, DEAD] : [STREAM]);
        for (const { key, ttlMs } of keys) {
          if (key === DEAD) expect(ttlMs).toBeGreaterThan(6 * 86_400_000);
          else expect(ttlMs).toBe(-1);
        }
        if (!run.clock.movable) continue;
        // Everything is done, and once the retention is over a consumer's next turn leaves nothing.
        run.clock.freeze();
        await start(run, "sweeper");
        await run.clock.sleep((run.params.retentionMs ?? 0) + 1100);
        expect(await entryIds(run)).toEqual([]);
        run.clock.thaw();
        await endAll();
      }
    },
    2 * STORY_MS,
  );
});

describe("a consumer that may die at any step", () => {
  it.each([
    ["as-written", 5, 15],
    ["safe", 0, 63],
    ["maxlen", 0, 63],
  ])(
    "of %s: %i of %i orders break, as the lesson says",
    async (variant, violating, schedules) => {
      const { search } = await exploreOnServers(registered("stream-group", variant, "explore-crash"));
      expect(search).toMatchObject({ violating, schedules, complete: true });
      if (variant !== "maxlen")
        expect(lesson).toContain(`${violating === 0 ? "none" : violating} of ${schedules} orders`);
    },
    RACE_MS,
  );
});

it(
  "a thousand jobs, three consumers, one of them killed five times: each is acked or dead-lettered, none takes effect twice",
  async () => {
    const run = await open("safe", { claimIdleMs: 500, pollMs: 50, databaseMs: 20, retentionMs: 1000 });
    run.clock.freeze();
    for (const consumer of ["mailer-1", "mailer-2", "mailer-3"]) await start(run, consumer);
    const POISON = 3;
    for (let n = 1; n <= POISON; n++) await add(run, `no address ${n}`, "poison");
    await run.act("add-many", { entries: 1000 - POISON });
    let deaths = 0;
    for (let round = 0; deaths < 5; round++) {
      await run.clock.sleep(130);
      // At another place of its turn each time: before it reads, before an effect, between effects, before its XACK.
      await crash(run, "mailer-1", round % 5 === 4 ? 0 : 1 + 3 * (round % 5));
      await run.clock.sleep(120);
      if (run.actors.find("mailer-1")?.status === "connected") continue;
      deaths += 1;
      await start(run, "mailer-1");
    }
    for (let turns = 0; turns < 400 && (await judge(run)).metrics.unfinished !== 0; turns++) await run.clock.sleep(100);
    const { holds, text, metrics } = await judge(run);
    expect({ holds, text }).toMatchObject({ holds: true });
    expect(metrics).toMatchObject({ added: 1000, acked: 1000 - POISON, dead: POISON, twice: 0, late: 0, lost: 0 });
    expect(metrics.redelivered).toBeGreaterThan(POISON * 3);
    expect(deaths).toBe(5);
    // PostgreSQL and Redis say the same.
    const effects = await effectsOf(run);
    expect(effects.size).toBe(1000 - POISON);
    expect(new Set(effects.values())).toEqual(new Set([1]));
    expect(await pendingIn(run)).toBe(0);
    expect(await run.observing().xlen(DEAD)).toBe(POISON);
    expect(await run.observing().pttl(DEAD)).toBeGreaterThan(0);
    run.clock.thaw();
  },
  3 * STORY_MS,
);

describe("a consumer that dies between the effect and its XACK", () => {
  it("is harmless in safe: the job is given out again, and its key in the database says that it is done", async () => {
    const run = await open("safe", { claimIdleMs: 100, databaseMs: 0 });
    await start(run, "mailer-1");
    await stop(run, "mailer-1");
    await add(run, "order 1");
    // XREADGROUP 0 and >, the effect; then it dies.
    await crash(run, "mailer-1", 3);
    await expect(start(run, "mailer-1", { createGroup: false })).rejects.toThrow(/crashed/);
    expect((await effectsOf(run)).size).toBe(1);
    expect(await pendingIn(run)).toBe(1);
    expect(await start(run, "mailer-1")).toMatchObject({ own: 1, done: 1 });
    await stop(run, "mailer-1");
    expect([...(await effectsOf(run)).values()]).toEqual([1]);
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { acked: 1, repeated: 1, twice: 0 } });
  });
});

describe("replay", () => {
  it.each([
    ["as-written", 2],
    ["safe", 1],
  ])("of %s gives everything out once more: each job has taken effect %i times", async (variant, times) => {
    const run = await open(variant, { databaseMs: 0 });
    await start(run, "mailer-1");
    const ids = [await add(run, "order 1"), await add(run, "order 2"), await add(run, "order 3")];
    await start(run, "mailer-1", { createGroup: false });
    await run.act("replay", { from: ids[0]?.id ?? "" });
    await start(run, "mailer-1", { createGroup: false });
    const effects = await effectsOf(run);
    expect(effects.get(`${GROUP} ${ids[0]?.id}`)).toBe(1);
    expect(effects.get(`${GROUP} ${ids[2]?.id}`)).toBe(times);
    const { holds, metrics } = await judge(run);
    expect(holds).toBe(times === 1);
    expect(metrics).toMatchObject({ acked: 3, replayed: 2, twice: times === 1 ? 0 : 2 });
  });

  it("reaches back no further than the stream does", async () => {
    const run = await open("maxlen", { databaseMs: 0, maxLen: 2 });
    await run.act("add-many", { entries: 5 });
    await start(run, "mailer-1");
    await run.act("replay", { from: "0" });
    await start(run, "mailer-1");
    expect((await judge(run)).metrics).toMatchObject({ added: 5, kept: 2, acked: 2, replayed: 2 });
  });
});

describe("what is trimmed", () => {
  it("is nothing that a group has pending or not read, and nothing younger than the retention", async () => {
    const run = await open("safe", { retentionMs: 1000, databaseMs: 0, pollMs: 100 });
    if (!run.clock.movable) return;
    run.clock.freeze();
    await start(run, "mailer-1");
    await start(run, "counter", { group: "analytics" });
    await stop(run, "counter", "analytics");
    await run.act("add-many", { entries: 20 });
    await run.clock.sleep(3000);
    expect((await entryIds(run)).length).toBe(20);
    await start(run, "counter", { group: "analytics" });
    await run.clock.sleep(500);
    expect(await entryIds(run)).toEqual([]);
    expect(await judge(run)).toMatchObject({ holds: true, metrics: { acked: 40, kept: 0, lost: 0 } });
    run.clock.thaw();
  });

  it("while it was pending is lost, when its consumer is dead", async () => {
    const run = await open("maxlen", { maxLen: 1, databaseMs: 200, claimIdleMs: 100 });
    if (!run.clock.movable) return;
    run.clock.freeze();
    await add(run, "order 1");
    const dying = start(run, "mailer-1").catch(() => null);
    await run.clock.sleep(100);
    await crash(run, "mailer-1");
    await dying;
    await add(run, "order 2");
    await run.clock.sleep(200);
    const turn = await run.act("claim", { consumer: "mailer-2" });
    expect(turn).toMatchObject({ claimed: 0 });
    const { holds, violations } = await judge(run);
    expect(holds).toBe(false);
    expect(violations[0]?.text).toBe(`${GROUP} loses “order 1”, trimmed away while it was pending.`);
    run.clock.thaw();
  });
});

describe("what comes back", () => {
  it("a Redis that has lost everything: the group is made again by whoever works on", async () => {
    const run = await open("safe", { pollMs: 50, databaseMs: 0 });
    await start(run, "mailer-1");
    await run.pullFault("kill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    await expect
      .poll(async () => (await judge(run)).metrics.added === 1 || (await add(run, "order 1").catch(() => null)), {
        timeout: 15_000,
      })
      .toBeTruthy();
    await expect.poll(async () => (await judge(run)).metrics.acked, { timeout: 15_000 }).toBe(1);
  });
});

it("an id that Redis would not take is refused before it gets there", async () => {
  const run = await open("safe");
  await expect(run.act("replay", { from: "yesterday" })).rejects.toMatchObject({ status: 400 });
  await expect((await open("as-written")).act("claim", { consumer: "mailer-1" })).rejects.toMatchObject({
    status: 409,
    code: "not_in_variant",
  });
});
