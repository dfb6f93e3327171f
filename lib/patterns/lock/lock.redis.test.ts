/** What the stories show on real Redis and PostgreSQL, what the actions promise, and how owners stand still, renew and die. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { AcquireResult, WriteResult } from "../../families/locks/lock";
import type { Run } from "../../run/run";
import { testService } from "../../run/testing";
import { pattern } from "./pattern";

const SEED = 4711;
const VARIANTS = pattern.variants.map(({ id }) => id);
/** One PostgreSQL for all. */
const { service, close } = testService();
afterAll(close);
let opened = 0;
const open = (variant: string, params = {}) =>
  service.open({ pattern: "lock", variant, seed: SEED, params }, `owner ${++opened}`);

async function play(variant: string, scenario: string) {
  const owned = await open(variant);
  const outcome = await owned.run.play(scenario, "fast");
  const { events } = owned.run.trace.log.range(1, owned.run.trace.log.lastSeq);
  await service.remove(owned);
  return { ...outcome, events };
}

/** A lock in somebody's hands: certainly so between the two moments, µs. */
interface Held {
  fromUs: number;
  toUs: number;
}

/**
 * Who had the lock and how long, read from Redis' answers alone, apart from the books under test: from the moment by which it
 * was certainly acquired to the earliest at which its owner can have given it back, or its lease was over.
 */
function handovers(events: readonly RunEvent[]): Held[] {
  const commands = new Map(events.flatMap((event) => (event.type === "command" ? [[event.seq, event] as const] : [])));
  const held: (Held & { actor: string; token: string })[] = [];
  for (const event of events) {
    if (event.type !== "reply" || event.error !== undefined) continue;
    const command = commands.get(event.ref);
    const [loUs, hiUs] = event.serverUs;
    const { actor } = event;
    const script = command?.script ?? command?.name;
    const [token = "", ttlMs = "0"] =
      script === "SET"
        ? [command?.args[1], command?.args[3]]
        : (command?.args.slice(2 + Number(command.args[1])) ?? []);
    if (script === "SET" && event.value === "OK")
      held.push({ actor, token, fromUs: hiUs, toUs: loUs + Number(ttlMs) * 1000 });
    if (script === "acquire-safe-2.lua" && typeof event.value === "number")
      held.push({ actor, token: `${token}:${event.value}`, fromUs: hiUs, toUs: loUs + Number(ttlMs) * 1000 });
    const own = held.find((one) => one.token === token);
    if (own && script === "release-as-written-1.lua" && event.value === 1) own.toUs = Math.min(own.toUs, loUs);
    // Whose lock is deleted by another one goes on as if it had it.
    const given = script === "DEL" ? held.findLast((one) => one.actor === actor) : undefined;
    if (given) given.toUs = Math.min(given.toUs, loUs);
    if (own && script === "extend-safe-1.lua" && event.value === 1) own.toUs = loUs + Number(ttlMs) * 1000;
  }
  return held;
}

/** So many certainly had it at one moment. */
function mostAtOnce(held: readonly Held[]): number {
  return Math.max(
    0,
    ...held.map(({ fromUs }) => held.filter((one) => one.fromUs <= fromUs && fromUs < one.toUs).length),
  );
}

describe("what the stories show", () => {
  it.each(VARIANTS)("take-turns: %s lets one in at a time, and all six jobs are in the balance", async (variant) => {
    const { metrics, events } = await play(variant, "take-turns");
    expect(metrics).toMatchObject({ acquired: 6, accepted: 6, rejected: 0, mostOwners: 1, ownersNow: 0, lost: 0 });
    expect(mostAtOnce(handovers(events))).toBe(1);
  });

  it.each([
    ["as-written", { accepted: 2, rejected: 0, writesAfterLeaseEnd: 1, lost: 10 }],
    ["get-then-del", { accepted: 2, rejected: 0, writesAfterLeaseEnd: 1, lost: 10 }],
    ["fence-at-write", { accepted: 1, rejected: 1, writesAfterLeaseEnd: 0, lost: 0 }],
    ["safe", { accepted: 1, rejected: 1, writesAfterLeaseEnd: 0, lost: 0 }],
  ])("paused-owner: %s has two owners at once, and what became of the late write", async (variant, metrics) => {
    expect((await play(variant, "paused-owner")).metrics).toMatchObject({ mostOwners: 2, ...metrics });
  });

  it("paused-owner: the late write and its renewal stood at the gate for as long as the pause", async () => {
    const { events } = await play("safe", "paused-owner");
    const statuses = (actor: string) =>
      events.flatMap((event) => (event.type === "actor" && event.actor === actor ? [event] : []));
    for (const lane of ["alice", "alice (renewal)"]) {
      const [held, released] = statuses(lane).filter(({ status }) => status === "held" || status === "released");
      expect((released?.atUs ?? 0) - (held?.atUs ?? 0)).toBeGreaterThan(6_000_000);
    }
    const goesOn = events.find((event) => event.type === "actor" && event.status === "released")?.atUs;
    const late = events.findLast((event) => event.type === "query" && event.actor === "alice");
    expect(late?.atUs).toBeGreaterThanOrEqual(goesOn ?? Number.POSITIVE_INFINITY);
  });

  it("long-work: renewal keeps the second worker out; without it the row has to", async () => {
    expect((await play("safe", "long-work")).metrics).toMatchObject({ mostOwners: 1, accepted: 2, rejected: 0 });
    expect((await play("fence-at-write", "long-work")).metrics).toMatchObject({
      mostOwners: 2,
      accepted: 1,
      rejected: 1,
    });
    expect((await play("as-written", "long-work")).verdict.text).toBe(
      "account-1 let in owner no. 1 (alice) after owner no. 2 (bob).",
    );
  });

  it("get-then-del: only there a third owner gets in beside the second, and an update is lost", async () => {
    const { metrics, verdict, events } = await play("get-then-del", "get-then-del");
    expect(metrics).toMatchObject({ mostOwners: 2, acquired: 4, lost: 10 });
    expect(verdict.text).toMatch(/let in owner no\. 3 \(bob\) after owner no\. 4 \(carol\)/);
    expect(mostAtOnce(handovers(events))).toBe(2);
    for (const variant of VARIANTS.filter((id) => id !== "get-then-del"))
      expect((await play(variant, "get-then-del")).metrics).toMatchObject({ mostOwners: 1, acquired: 3, lost: 0 });
  });

  it.each(VARIANTS)(
    "crash: %s gives the lock to the next one only when the dead owner's lease ends",
    async (variant) => {
      const { metrics, events } = await play(variant, "crash");
      expect(metrics).toMatchObject({ mostOwners: 1, acquired: 2, accepted: 1, lost: 0 });
      const died = events.find((event) => event.type === "fault")?.atUs ?? 0;
      const ended = events.find((event) => event.type === "key" && event.event === "expired")?.atUs ?? 0;
      // safe has renewed once before the crash, 1.7 s after it began, and never since.
      expect((ended - died) / 1e6).toBeCloseTo(variant === "safe" ? 4.2 : 2.5, 0);
    },
  );
});

describe("every order of two owners around the end of a lease", () => {
  const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8");
  it.each(VARIANTS)("of %s: counted as the lesson says", async (variant) => {
    const { search } = await exploreOnServers(registered("lock", variant, "explore-ttl"));
    expect(search.complete).toBe(true);
    expect(lesson).toContain(search.text);
  });
});

describe("a lock", () => {
  const begin = async (variant: string, params = {}): Promise<Run> => (await open(variant, params)).run;
  const at = { resource: "account-1" };
  const acquire = (run: Run, owner: string, ttlMs = 5000) =>
    run.act("acquire", { ...at, owner, ttlMs }) as Promise<AcquireResult>;
  const write = (run: Run, owner: string, token: string | number | null, amount = 10) =>
    run.act("write", { ...at, owner, token, amount }) as Promise<WriteResult>;
  const ttl = (run: Run) => run.observing().pttl("lock:account-1");

  it.each(["as-written", "safe"])("of %s has never two owners: 50 workers, 1,000 attempts", async (variant) => {
    const run = await begin(variant);
    const worker = async (owner: string) => {
      for (let attempt = 0; attempt < 20; attempt++) {
        const { token } = await acquire(run, owner);
        if (token !== null) await run.act("release", { ...at, token });
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, i) => worker(`w${i}`)));
    await run.settle();
    const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
    const asked = events.filter((event) => event.type === "result" && event.name === "acquire");
    expect(asked).toHaveLength(1000);
    const held = handovers(events);
    expect(held.length).toBeGreaterThan(10);
    expect(mostAtOnce(held)).toBe(1);
    const { metrics } = run.trace.judge();
    expect(metrics).toMatchObject({ mostOwners: 1, ownersNow: 0, acquired: held.length });
  });

  it.each(VARIANTS)("of %s excludes, is released by its token alone, and only once", async (variant) => {
    const run = await begin(variant);
    const { token, fencingToken } = await acquire(run, "alice");
    expect(fencingToken).toBe(["fence-at-write", "safe"].includes(variant) ? 1 : null);
    expect(token).toMatch(/^alice:/);
    expect(await acquire(run, "bob")).toEqual({ acquired: false, token: null, fencingToken: null });
    expect(await run.act("release", { ...at, token: "bob:guessed:1" })).toEqual({ released: false });
    expect(await run.act("release", { ...at, token })).toEqual({ released: true });
    expect(await run.act("release", { ...at, token })).toEqual({ released: false });
    expect(await acquire(run, "bob")).toMatchObject({ acquired: true });
  });

  it.each(VARIANTS)("of %s ends by itself, and its late owner cannot release the next one's", async (variant) => {
    const run = await begin(variant);
    const { token } = await acquire(run, "alice", 50);
    await expect.poll(() => acquire(run, "bob").then(({ acquired }) => acquired)).toBe(true);
    expect(await run.act("release", { ...at, token })).toEqual({ released: false });
    expect(await ttl(run)).toBeGreaterThan(0);
  });

  it("is extended while it is its owner's, never after; and only safe can", async () => {
    const run = await begin("safe");
    const { token } = await acquire(run, "alice", 300);
    expect(await run.act("extend", { ...at, token, ttlMs: 60_000 })).toEqual({ extended: true, ttlMs: 60_000 });
    expect(await ttl(run)).toBeGreaterThan(50_000);
    expect(await run.act("extend", { ...at, token: "bob:x:9" })).toEqual({ extended: false, ttlMs: null });
    await run.act("release", { ...at, token });
    expect(await run.act("extend", { ...at, token })).toEqual({ extended: false, ttlMs: null });
    expect(await ttl(run)).toBe(-2);
    await expect((await begin("as-written")).act("extend", { ...at, token })).rejects.toMatchObject({
      status: 409,
      code: "not_in_variant",
    });
  });

  it.each(VARIANTS)("of %s guards rows that were not there before", async (variant) => {
    const run = await begin(variant);
    const there = { resource: "brand-new" };
    const { token } = (await run.act("acquire", { ...there, owner: "alice" })) as AcquireResult;
    expect(await run.act("write", { ...there, owner: "alice", token, amount: 7 })).toEqual({
      accepted: true,
      balance: 7,
      rejectedAt: null,
    });
  });

  it("of safe takes the number alone for a token, and rejects one that the row has seen the end of", async () => {
    const run = await begin("safe");
    const first = await acquire(run, "alice");
    await run.act("release", { ...at, token: first.token });
    const second = await acquire(run, "bob");
    expect(await write(run, "bob", second.fencingToken)).toEqual({ accepted: true, balance: 110, rejectedAt: null });
    expect(await write(run, "alice", first.token)).toEqual({ accepted: false, balance: null, rejectedAt: "read" });
    await expect(write(run, "alice", "alice:no-number")).rejects.toMatchObject({
      status: 400,
      details: { field: "token" },
    });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { accepted: 1, rejected: 1 } });
  });

  it("that is asked for once answers at once: already running elsewhere", async () => {
    const run = await begin("as-written", { waitMs: 0 });
    await acquire(run, "alice");
    expect(await run.act("work", { ...at, owner: "bob", ms: 0 })).toMatchObject({ acquired: false, attempts: 1 });
  });

  it("does not hide how the work went when its release fails", async () => {
    const run = await begin("as-written");
    const working = run.act("work", { ...at, owner: "alice", ms: 0 });
    await expect.poll(() => run.trace.judge().metrics.accepted).toBe(1);
    await working;
    const again = run.act("work", { ...at, owner: "alice", ms: 300 });
    await expect.poll(() => run.trace.judge().metrics.ownersNow).toBe(1);
    await run.pullFault("kill-redis", {}, "person");
    expect(await again).toMatchObject({ acquired: true, accepted: true, balance: 120, released: null });
  });

  describe("whose owner stands still or dies", () => {
    let run: Run;
    beforeAll(async () => {
      run = await begin("safe", { ttlMs: 400, renewals: 4 });
    });
    const renewals = () => run.trace.judge() && run.loops.ids.length;

    it("is renewed in a second lane for as long as the work takes, and no longer", async () => {
      const working = run.act("work", { ...at, owner: "alice", ms: 1000 });
      await expect.poll(() => renewals()).toBe(1);
      expect(await working).toMatchObject({ accepted: true, released: true });
      expect(renewals()).toBe(0);
      const lanes = run.view().actors.filter(({ id }) => id.startsWith("alice"));
      expect(lanes.map(({ id, index }) => [id, index])).toEqual([
        ["alice", 0],
        ["alice (renewal)", 0],
      ]);
    });

    it("is lost in a pause that outlasts the lease: both lanes waited, the row rejects the write, and the renewal ends", async () => {
      const working = run.act("work", { ...at, owner: "alice", ms: 100 });
      await expect.poll(() => renewals()).toBe(1);
      await run.pullFault("pause-owner", { owner: "alice", ms: 1500 }, "person");
      const bobs = await run.act("work", { ...at, owner: "bob", ms: 0 });
      expect(bobs).toMatchObject({ accepted: true, released: true });
      expect(run.trace.judge().metrics).toMatchObject({ ownersNow: 1, mostOwners: 2 });
      expect(await working).toMatchObject({ accepted: false, released: false });
      expect(renewals()).toBe(0);
      expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { rejected: 1 } });
    });

    it("is free when the lease of a dead owner ends: its renewal died with it", async () => {
      const working = run.act("work", { ...at, owner: "alice", ms: 1500 }).catch((error: Error) => error.message);
      await expect.poll(() => renewals()).toBe(1);
      await run.pullFault("crash-owner", { owner: "alice" }, "person");
      expect(await run.act("work", { ...at, owner: "bob", ms: 0 })).toMatchObject({ accepted: true });
      expect(await working).toMatch(/has crashed/);
      await expect.poll(() => renewals()).toBe(0);
      await expect(acquire(run, "alice")).rejects.toMatchObject({ status: 409, code: "actor_crashed" });
      await expect(run.pullFault("pause-owner", { owner: "alice" }, "person")).rejects.toMatchObject({ status: 409 });
    });

    it("ends with everything else when the variant changes, renewal and pauses too", async () => {
      const working = run.act("work", { ...at, owner: "carol", ms: 600 }).catch(() => null);
      await expect.poll(() => renewals()).toBe(1);
      await run.pullFault("pause-owner", { owner: "carol", ms: 60_000 }, "person");
      await run.configure({ variant: pattern.variants[0] });
      expect(renewals()).toBe(0);
      await working;
      expect(await acquire(run, "carol")).toMatchObject({ acquired: true });
    });
  });

  it("of a Redis that began anew mints its numbers from 1 again: that breaks safe too, and the sentence names the fault", async () => {
    const run = await begin("safe");
    const readsThenWaits = async (owner: string, ms: number) => {
      const lock = await acquire(run, owner);
      await run.pullFault("pause-owner", { owner, ms, afterCommands: 1 }, "person");
      const writing = write(run, owner, lock.token);
      await expect.poll(() => run.view().actors.length && held(owner)).toBe(true);
      return { ...lock, writing };
    };
    const held = (owner: string) => run.actors.find(owner)?.gate.waitingCount === 1;
    const alice = await readsThenWaits("alice", 4000);
    await run.pullFault("restart-redis", {}, "person");
    const bob = await readsThenWaits("bob", 4000);
    expect([alice.fencingToken, bob.fencingToken]).toEqual([1, 1]);
    expect(await Promise.all([alice.writing, bob.writing])).toMatchObject([{ accepted: true }, { accepted: true }]);
    await run.settle();
    const { holds, text } = run.trace.judge();
    expect(holds).toBe(false);
    expect(text).toMatch(/^account-1 is at 110, not 120: 10 lost\. Before it: .*A new redis-server/);
  });
});
