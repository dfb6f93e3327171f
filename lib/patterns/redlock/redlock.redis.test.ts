/** Redlock on five real servers: what each story shows, what any Redlock must do, and what the lesson counts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent, WireValue } from "../../events";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { testService } from "../../run/testing";
import type { QuorumResult } from "./redlock-params";

const SEED = 4711;
const STORY_MS = 40_000;
const VARIANTS = ["as-written", "safe"];
const withClock = process.env.CLOCK_SHIM ? it : it.skip;

/** In one line. */
const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

const { service, close } = testService();
afterAll(close);

async function play(variant: string, scenario: string) {
  const owned = await service.open({ pattern: "redlock", variant, seed: SEED }, `${variant} ${scenario}`);
  const { verdict, metrics } = await owned.run.play(scenario, "fast");
  const { events } = owned.run.trace.log.range(1, owned.run.trace.log.lastSeq);
  await service.remove(owned);
  return { verdict, metrics, events, results: resultsIn(events) };
}
const resultsIn = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === "result" ? [{ ...event, answer: event.value as Record<string, WireValue> }] : [],
  );

describe("what the stories show", () => {
  it.each(VARIANTS)(
    "happy, %s: six jobs of three owners, never two at once",
    async (variant) => {
      const { metrics } = await play(variant, "happy");
      expect(metrics).toMatchObject({ accepted: 6, lost: 0, mostOwners: 1, timesTwoOwners: 0 });
    },
    STORY_MS,
  );

  it.each(VARIANTS)(
    "minority-down, %s: with two of five nodes dead the locks go on, with three votes",
    async (variant) => {
      const { metrics, results } = await play(variant, "minority-down");
      expect(metrics).toMatchObject({ accepted: 3, timesTwoOwners: 0 });
      expect(results.map(({ answer }) => answer.acquired)).toEqual([true, true, true]);
      expect(Math.max(...results.slice(1).map(({ answer }) => Number(answer.votes)))).toBe(3);
    },
    STORY_MS,
  );

  it.each(VARIANTS)(
    "majority-down, %s: clear refusals with two votes, no hang, and a lock again when one node is back",
    async (variant) => {
      const { results } = await play(variant, "majority-down");
      expect(results.map(({ name, answer }) => [name, answer.acquired, answer.votes])).toEqual([
        ["work", true, 5],
        ["acquire", false, 2],
        ["work", false, 2],
        ["work", true, 3],
      ]);
      const [, , refused] = results;
      expect(refused?.answer).toMatchObject({ token: null, quorum: 3, validityMs: null, accepted: null });
      expect(Number(refused?.answer.attempts)).toBeGreaterThan(1);
    },
    STORY_MS,
  );

  withClock(
    "restart-loses-key: two owners at once for 2 s, with beginning and end; one update lost, or one writer turned away",
    async () => {
      const asWritten = await play("as-written", "restart-loses-key");
      expect(asWritten.metrics).toMatchObject({ timesTwoOwners: 1, twoOwnersMs: 2000, mostOwners: 2, lost: 10 });
      expect(lesson.match(/\b2 seconds/g)).toHaveLength(2);
      const { twoOwnersFromMs = 0, twoOwnersUntilMs = 0 } = asWritten.metrics;
      expect(twoOwnersUntilMs - twoOwnersFromMs).toBe(2000);
      const bobs = asWritten.events.find((event) => event.type === "fault" && event.fault === "restart-empty");
      expect(twoOwnersFromMs * 1000).toBeGreaterThanOrEqual(Math.floor((bobs?.atUs ?? 0) / 1000) * 1000);

      const safe = await play("safe", "restart-loses-key");
      expect(safe.metrics).toMatchObject({ timesTwoOwners: 1, mostOwners: 2, lost: 0, rejected: 1, accepted: 1 });
      const told = safe.results.map(({ actor, answer }) => [actor, answer.fencingToken, answer.accepted]);
      expect(told.sort()).toEqual([
        ["alice", 1, false],
        ["bob", 2, true],
      ]);
      expect(safe.verdict.text).toContain("account-1 is at 110 = 100 + 10 in 1 accepted write, 1 rejected.");
    },
    STORY_MS,
  );

  withClock(
    "clock-jump: the same by a clock",
    async () => {
      expect((await play("as-written", "clock-jump")).metrics).toMatchObject({ timesTwoOwners: 1, lost: 10 });
      expect((await play("safe", "clock-jump")).metrics).toMatchObject({ timesTwoOwners: 1, lost: 0, rejected: 1 });
    },
    STORY_MS,
  );

  withClock(
    "delayed-restart: the node stays away for six seconds, and nobody has the lock beside Alice",
    async () => {
      for (const variant of VARIANTS) {
        const { metrics, events, results } = await play(variant, "delayed-restart");
        expect(metrics).toMatchObject({ timesTwoOwners: 0, accepted: 2, lost: 0 });
        expect(Number(results.find(({ actor }) => actor === "bob")?.answer.attempts)).toBeGreaterThan(1);
        const node3 = events.filter((event) => event.type === "fault" && event.node === 3);
        expect(node3).toMatchObject([{ fault: "restart-delayed", ms: 6000 }, { fault: "restart-empty" }]);
        expect((node3[1]?.atUs ?? 0) - (node3[0]?.atUs ?? 0)).toBeGreaterThanOrEqual(6_000_000);
      }
    },
    STORY_MS,
  );

  withClock(
    "paused-client: nobody is owner beside another by its own clock, and the late write is what breaks the row",
    async () => {
      const asWritten = await play("as-written", "paused-client");
      expect(asWritten.metrics).toMatchObject({ timesTwoOwners: 0, mostOwners: 2, writesAfterLeaseEnd: 1, lost: 10 });
      const safe = await play("safe", "paused-client");
      expect(safe.metrics).toMatchObject({ writesAfterLeaseEnd: 0, rejected: 1, lost: 0 });
    },
    STORY_MS,
  );

  it(
    "lost-replies: five votes and no answer; all are taken back, and Bob gets the lock at once",
    async () => {
      for (const variant of VARIANTS) {
        const { results, events } = await play(variant, "lost-replies");
        expect(results.map(({ actor, answer }) => [actor, answer.acquired, answer.votes])).toEqual([
          ["alice", true, 5],
          ["alice", false, 0],
          ["bob", true, 5],
          ["alice", true, 5],
        ]);
        // The nodes did vote for her: each has noticed three locks of hers, one of Bob's, and as many deletions.
        const notices = (name: string) => events.filter((event) => event.type === "key" && event.event === name).length;
        expect([notices("set"), notices("del")]).toEqual([20, 20]);
      }
    },
    STORY_MS,
  );

  it(
    "split: two who reach different majorities meet in one node, and never own the lock together",
    async () => {
      for (const variant of VARIANTS)
        expect((await play(variant, "split")).metrics).toMatchObject({ accepted: 2, timesTwoOwners: 0, mostOwners: 1 });
    },
    STORY_MS,
  );
});

/** The list of reference/redis-findings.md, 6.1: what the suites of other Redlocks check. */
describe("any Redlock", () => {
  let run: Run;
  const resource = "r";
  const acquire = (owner: string, more: Record<string, WireValue> = {}) =>
    run.act("acquire", { resource, owner, ...more }) as Promise<QuorumResult>;
  const release = (token: string | null) => run.act("release", { resource, token: token ?? "" });
  const fault = (id: string, body: Record<string, WireValue>) => run.pullFault(id, body, "person");
  const held = async (): Promise<Record<string, { value: WireValue; ttlMs: number }>> =>
    Object.fromEntries((await run.inspect()).map(({ node, value, ttlMs }) => [node, { value, ttlMs }]));

  beforeEach(async () => {
    const owned = await service.open({ pattern: "redlock", params: { nodeTimeoutMs: 1000 }, seed: 1 }, "properties");
    run = owned.run;
    run.clock.freeze();
    return () => service.remove(owned);
  });

  it("refuses a lease that is no whole number of ms", async () => {
    await expect(acquire("alice", { ttlMs: 1000.5 })).rejects.toMatchObject({ code: "invalid" });
  });

  it("sets its value on every node, extends it there, and deletes it there", async () => {
    const { token, votes, quorum } = await acquire("alice", { ttlMs: 4000 });
    expect([votes, quorum]).toEqual([5, 3]);
    const before = await held();
    expect(Object.keys(before)).toEqual(["1", "2", "3", "4", "5"]);
    for (const { value, ttlMs } of Object.values(before)) {
      expect(value).toBe(token);
      expect(ttlMs).toBeLessThanOrEqual(4000);
    }
    expect(await run.act("extend", { resource, token: token ?? "", ttlMs: 9000 })).toMatchObject({ extended: true });
    for (const { ttlMs } of Object.values(await held())) expect(ttlMs).toBeGreaterThan(4000);
    expect(await release(token)).toEqual({ released: true });
    expect(await held()).toEqual({});
  });

  it("gives two acquisitions different values", async () => {
    const first = (await acquire("alice")).token;
    await release(first);
    expect((await acquire("alice")).token).not.toBe(first);
  });

  it("refuses a second owner while the lock is held, and lets it in when it is given back", async () => {
    const { token } = await acquire("alice");
    expect(await acquire("bob")).toMatchObject({ acquired: false, votes: 0 });
    await release(token);
    expect(await acquire("bob")).toMatchObject({ acquired: true });
  });

  it("keeps locks of different resources apart", async () => {
    await acquire("alice");
    expect(await run.act("acquire", { resource: "other", owner: "bob" })).toMatchObject({ acquired: true, votes: 5 });
  });

  it("expires by itself", async () => {
    await acquire("alice", { ttlMs: 200 });
    await run.clock.sleep(201);
    if (!run.clock.frozen) await new Promise((resolve) => setTimeout(resolve, 201));
    expect(await acquire("bob")).toMatchObject({ acquired: true, votes: 5 });
  });

  it("does not extend a lease that has ended, or that is another's", async () => {
    const { token } = await acquire("alice", { ttlMs: 200 });
    await run.clock.sleep(201);
    expect(await run.act("extend", { resource, token: token ?? "" })).toEqual({ extended: false, ttlMs: null });
    await acquire("bob");
    expect(await run.act("extend", { resource, token: token ?? "" })).toEqual({ extended: false, ttlMs: null });
  });

  it("never overwrites or deletes what somebody else has set on a node", async () => {
    const { token } = await acquire("bob");
    for (const node of [1, 2, 3]) await fault("restart-empty", { node });
    expect(await acquire("alice")).toMatchObject({ acquired: true, votes: 3 });
    const after = await held();
    expect([after[4]?.value, after[5]?.value]).toEqual([token, token]);
    const alices = after[1]?.value as string;
    expect(await release(token)).toEqual({ released: false });
    expect(await release(alices)).toEqual({ released: true });
    expect(await held()).toEqual({});
  });

  it("succeeds while a minority fails, whichever way, and fails when a majority does", async () => {
    await run.act("acquire", { resource: "other", owner: "alice" });
    await fault("kill", { node: 1 });
    await fault("partition", { node: 2 });
    const { token } = await acquire("alice");
    expect(token).not.toBeNull();
    expect(await release(token)).toEqual({ released: true });
    await fault("pause-node", { node: 3 });
    expect(await acquire("alice")).toMatchObject({ acquired: false, votes: 2, token: null, validityMs: null });
  });

  it("says that it is refused when no node can be reached, and when it cannot give back", async () => {
    const { token } = await acquire("alice");
    await fault("kill-redis", {});
    expect(await acquire("bob")).toMatchObject({ acquired: false, votes: 0 });
    expect(await release(token)).toEqual({ released: false });
  });

  withClock("waits for nobody longer than its time-out, and its validity says so", async () => {
    await run.act("acquire", { resource: "other", owner: "alice" });
    await fault("pause-node", { node: 5 });
    const before = run.clock.nowMs();
    const { validityMs, votes } = await acquire("alice");
    expect(run.clock.nowMs() - before).toBe(1000);
    expect([votes, validityMs]).toEqual([4, 5000 - 1000 - 52]);
  });
});

describe("many owners", () => {
  withClock(
    "500 attempts of 25 workers, two nodes killed with -9 in the middle of it: never two owners, nothing lost",
    async () => {
      const params = { waitMs: 0, retryMs: 50, databaseMs: 0, nodeTimeoutMs: 500, ttlMs: 5000 };
      const { run } = await service.open({ pattern: "redlock", variant: "safe", params, seed: SEED }, "many");
      run.clock.freeze();
      const workers = Array.from({ length: 25 }, (_, i) => `w${i}`);
      let acquired = 0;
      let acquiredAfter = 0;
      const attempts = async (owner: string, i: number) => {
        for (let n = 0; n < 20; n++) {
          const answer = (await run.act("work", { owner, ms: 1 })) as QuorumResult;
          if (answer.acquired) acquired += 1;
          if (answer.acquired && n >= 10) acquiredAfter += 1;
          await run.clock.sleep(3 * ((i * 7 + n) % 25));
          if (i === 0 && n === 8)
            for (const node of [2, 4]) process.kill(run.nodes?.lab.server(node).pid as number, "SIGKILL");
        }
      };
      await Promise.all(workers.map(attempts));
      run.clock.thaw();
      await run.settle();
      const { holds, metrics, text } = run.trace.judge();
      expect(holds, text).toBe(true);
      expect(metrics).toMatchObject({ timesTwoOwners: 0, mostOwners: 1, lost: 0, accepted: acquired });
      expect(acquiredAfter).toBeGreaterThan(0);
      const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
      expect(resultsIn(events)).toHaveLength(500);
      expect(resultsIn(events).every(({ error }) => error === undefined)).toBe(true);
    },
    STORY_MS,
  );
});

describe("kill -9 while ten workers acquire and release", () => {
  it("two of five: the locks go on; three: everybody is refused with two votes at most, nobody hangs; one back: they go on", async () => {
    const params = { nodeTimeoutMs: 1000, ttlMs: 5000 };
    const { run } = await service.open({ pattern: "redlock", params, seed: SEED }, "killed");
    const workers = Array.from({ length: 10 }, (_, i) => `w${i}`);
    let phase = "all up";
    const answers: { asked: string; owner: string; answer: QuorumResult }[] = [];
    const loop = async (owner: string) => {
      while (phase !== "over") {
        const asked = phase;
        const answer = (await run.act("acquire", { resource: owner, owner })) as QuorumResult;
        answers.push({ asked, owner, answer });
        if (answer.token !== null) await run.act("release", { resource: owner, token: answer.token });
      }
    };
    const all = Promise.all(workers.map(loop));
    const of = (asked: string) => answers.filter((one) => one.asked === asked);
    /** Each has asked in this phase, and was answered. */
    const everyone = (asked: string, acquired: boolean) =>
      expect
        .poll(
          () => new Set(of(asked).flatMap(({ owner, answer }) => (answer.acquired === acquired ? [owner] : []))).size,
          { timeout: 20_000 },
        )
        .toBe(workers.length);
    const kill = async (...nodes: number[]) => {
      for (const node of nodes) process.kill(run.nodes?.lab.server(node).pid as number, "SIGKILL");
      await expect.poll(() => nodes.some((node) => run.nodes?.lab.server(node).alive), { timeout: 20_000 }).toBe(false);
    };
    await everyone("all up", true);
    await kill(1, 4);
    phase = "two dead";
    await everyone("two dead", true);
    await kill(5);
    phase = "three dead";
    await everyone("three dead", false);
    // What comes after the restart has begun may find the node up.
    phase = "starting";
    await run.pullFault("restart-empty", { node: 4 }, "person");
    phase = "one back";
    await everyone("one back", true);
    phase = "over";
    await all;
    expect(Math.max(...of("two dead").map(({ answer }) => answer.votes))).toBe(3);
    for (const { answer } of of("three dead")) {
      expect(answer).toMatchObject({ acquired: false, token: null, quorum: 3, validityMs: null });
      expect(answer.votes).toBeLessThanOrEqual(2);
    }
  }, 90_000);
});

describe("what the lesson counts", () => {
  it("no order of two majorities has two owners", async () => {
    const { search } = await exploreOnServers(registered("redlock", "as-written", "explore-split"));
    expect(search.complete).toBe(true);
    expect(search.notable?.orders).toBe(0);
    expect(lesson).toContain(`Of all ${search.schedules} orders in which two can ask like that, none has two owners.`);
    const safe = await exploreOnServers(registered("redlock", "safe", "explore-split"));
    expect([safe.search.complete, safe.search.notable?.orders]).toEqual([true, 0]);
  }, 60_000);

  it("with one restart some have", async () => {
    const { search } = await exploreOnServers(registered("redlock", "as-written", "explore-restart"));
    expect(search.complete).toBe(true);
    expect(search.violating).toBe(0);
    expect(lesson).toContain(`${search.notable?.orders} of ${search.schedules} have two owners.`);
    expect(search.text).toContain(`${search.notable?.orders} of them have two owners at once.`);
  }, 180_000);

  it("two owners lose an update in 4 of 6 orders, and none where tokens are registered", async () => {
    const { search, shortest } = await exploreOnServers(registered("redlock", "as-written", "explore-two-owners"));
    expect(lesson).toContain(`${search.violating} of ${search.schedules} orders lose an update.`);
    expect(shortest?.schedule).toEqual(["A", "B", "B", "A"]);
    const safe = await exploreOnServers(registered("redlock", "safe", "explore-two-owners"));
    expect([safe.search.complete, safe.search.violating]).toEqual([true, 0]);
  }, 60_000);
});
