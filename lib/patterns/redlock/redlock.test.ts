/** Verdict, picture, sentences and the algorithm itself, without Redis. */
import { describe, expect, it, vi } from "vitest";
import type { LeasesPanel, NodesPanel, StatPanel } from "../../contract";
import type { RunEvent } from "../../events";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { acquire, type Context, extend, release } from "./redlock";
import type { RedlockParams } from "./redlock-params";
import * as safe from "./safe";
import { stage } from "./stage";
import { MS, Story, T0, TTL } from "./story.fixture";

const PARAMS: RedlockParams = { ttlMs: TTL, nodeTimeoutMs: 100, waitMs: 0, retryMs: 200, databaseMs: 0 };
const DRIFT = 52;

const judged = ({ events }: Story) => {
  let state = invariant.initial(PARAMS);
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};
const pictured = ({ events }: Story, afterMs = 0, focus: string | null = null) => {
  let state = stage.initial();
  for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
  const [nodes, leases, stat] = stage.panels(state, (events.at(-1)?.atUs ?? T0) + afterMs * MS, focus);
  return { nodes: nodes as NodesPanel, leases: leases as LeasesPanel, stat: stat as StatPanel };
};
const box = ({ nodes }: { nodes: NodesPanel }, id: string) => nodes.nodes.find((one) => one.id === id);
const item = ({ stat }: { stat: StatPanel }, label: string) => stat.items.find((one) => one.label === label);

const asWritten = () => new Story("as-written");
/** Alice has nodes 1 to 3; node 3 forgets; Bob has 3 to 5. */
const twoOwners = (variant = "as-written") =>
  new Story(variant)
    .fault("partition", 4, { owner: "alice" })
    .fault("partition", 5, { owner: "alice" })
    .acquire("alice", [1, 2, 3], [4, 5])
    .wait(500)
    .fault("restart-empty", 3)
    .acquire("bob", [3, 4, 5]);

describe("the verdict", () => {
  it("is open until a row was written", () => {
    expect(judged(asWritten())).toMatchObject({ holds: null });
    expect(judged(asWritten().acquire("alice").read("alice", 100))).toMatchObject({ holds: null });
  });

  it("holds when majorities come one after another", () => {
    const story = asWritten().acquire("alice").read("alice", 100).write("alice", 110).release("alice");
    story.acquire("bob").read("bob", 110).write("bob", 120).release("bob");
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "account-1 is at 120 = 100 + 20 in 2 accepted writes.",
      metrics: { mostOwners: 1, acquired: 2, timesTwoOwners: 0, twoOwnersMs: 0 },
    });
  });

  it("breaks when two owners overwrite each other, and says for how long there were two", () => {
    const story = twoOwners().wait(1000).read("alice", 100).read("bob", 100).write("alice", 110).write("bob", 110);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "account-1 is at 110, not 120: 10 lost. account-1 let in owner no. 1 (alice) after owner no. 2 (bob). Two owners at once for 1,000 ms.",
      metrics: { mostOwners: 2, timesTwoOwners: 1, lost: 10 },
    });
  });

  it("holds with two owners when the row turns the lower number away", () => {
    const story = twoOwners("safe").mint("alice", 1).mint("bob", 2);
    story.read("alice", 100, 1).read("bob", 100, 2).writeRejected("alice", 110, 1).write("bob", 110, 2);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { rejected: 1, mostOwners: 2, timesTwoOwners: 1 } });
  });

  it("tells beginning and end of the time with two owners, in ms on the run's clock", () => {
    const { metrics } = judged(twoOwners().wait(300).release("alice", [1, 2]).wait(4000).see(100));
    expect(metrics).toMatchObject({ timesTwoOwners: 1, twoOwnersMs: 300 });
    expect(metrics.twoOwnersUntilMs).toBe((metrics.twoOwnersFromMs ?? 0) + 300);
    expect(metrics.twoOwnersFromMs).toBe(T0 / MS + 500);
  });

  it("counts two owners no longer than both could take the lock for theirs", () => {
    // Alice's time is over before she gives anything back.
    const { metrics } = judged(twoOwners().wait(9000).see(100));
    expect(metrics.twoOwnersMs).toBe(TTL - DRIFT - 500);
  });

  it("knows no two owners when the second comes after the first one's time", () => {
    const story = asWritten().acquire("alice").wait(TTL).acquire("bob");
    expect(judged(story).metrics).toMatchObject({ mostOwners: 2, timesTwoOwners: 0 });
  });

  it("counts a lease as over when it was extended no more, and on when it was", () => {
    const late = (story: Story) => judged(story.read("alice", 100).write("alice", 110)).metrics.writesAfterLeaseEnd;
    expect(late(asWritten().acquire("alice").wait(TTL))).toBe(1);
    expect(late(asWritten().acquire("alice").wait(4000).extend("alice").wait(1000))).toBe(0);
    // Two of five extend it: that is none.
    expect(late(asWritten().acquire("alice").wait(4000).extend("alice", [1, 2]).wait(1000))).toBe(1);
  });

  it("takes two votes for no lock, nor three that were given back", () => {
    expect(judged(asWritten().acquire("alice", [1, 2]).release("alice", [1, 2])).metrics.acquired).toBe(0);
    const late = asWritten().acquire("alice", [1, 2], [3, 4, 5]).release("alice", [1, 2]);
    expect(judged(late).metrics).toMatchObject({ acquired: 0, ownersNow: 0 });
  });
});

describe("the picture", () => {
  it("shows five nodes before anything has happened, and no majority line", () => {
    const { nodes } = pictured(asWritten());
    expect(nodes.nodes.map(({ id, state }) => [id, state])).toEqual([1, 2, 3, 4, 5].map((n) => [`node ${n}`, "up"]));
    expect(nodes.majority).toBeNull();
  });

  it("shows votes arriving, the majority line, and a ring for each lease", () => {
    const picture = pictured(asWritten().acquire("alice", [1, 2, 3]));
    expect(picture.nodes.majority).toEqual({ have: 3, need: 3, of: 5, text: "alice: 3 of 5 votes, a majority" });
    expect(picture.nodes.messages.map(({ from, outcome }) => [from, outcome])).toEqual([
      ["node 1", "arrived"],
      ["node 2", "arrived"],
      ["node 3", "arrived"],
      ["node 4", "refused"],
      ["node 5", "refused"],
    ]);
    expect(box(picture, "node 2")).toMatchObject({ facts: [{ value: "alice" }], ring: { ofMs: TTL } });
    expect(box(picture, "node 4")).toMatchObject({ facts: [{ value: "nobody" }], ring: null });
    expect(box(picture, "alice")).toMatchObject({ state: "owner, by votes of 1, 2, 3", tone: "good" });
    expect(picture.leases.rows).toMatchObject([{ actor: "alice", tone: "good" }]);
    const fenced = pictured(new Story("safe").acquire("alice").mint("alice", 7));
    expect(box(fenced, "alice")?.state).toBe("owner with token 7, by votes of 1, 2, 3, 4, 5");
  });

  it("raises the alarm at two owners, and only then", () => {
    expect(item(pictured(asWritten().acquire("alice")), "owners right now")).toEqual({
      label: "owners right now",
      value: "1",
    });
    const picture = pictured(twoOwners(), 200);
    expect(item(picture, "owners right now")).toMatchObject({ value: "2", alarm: true });
    expect(item(picture, "two majorities at once")).toMatchObject({ value: "200", unit: "ms", alarm: true });
    expect(picture.leases.alarm).toBe("2 owners of account-1 at once");
    expect(box(picture, "node 3")?.facts).toEqual([{ label: "voted for", value: "bob" }]);
    expect(item(pictured(twoOwners(), 6000), "owners right now")).toMatchObject({ value: "0" });
  });

  it("shows who does not get through, and what was asked in vain", () => {
    const { nodes } = pictured(twoOwners());
    const cut = nodes.links.filter(({ state }) => state === "cut").map(({ from, to }) => `${from}, ${to}`);
    expect(cut).toEqual(["alice, node 4", "alice, node 5"]);
    const given = pictured(asWritten().acquire("alice", [1, 2], [4, 5]).release("alice", [1, 2])).nodes.messages;
    expect(given.filter(({ outcome }) => outcome === "missed").map(({ to }) => to)).toEqual(["node 4", "node 5"]);
    const refused = pictured(asWritten().fault("kill", 5).acquireRefused("alice", [1, 2, 3, 4])).nodes;
    expect(refused.messages.at(-1)).toMatchObject({ from: "alice", to: "node 5", outcome: "missed" });
  });

  it.each([
    ["kill", {}, "down", "off"],
    ["restart-delayed", { ms: 6000 }, "down", "off"],
    ["restart-empty", {}, "up", "plain"],
    ["pause-node", {}, "stands still", "off"],
    ["partition", {}, "cut off", "off"],
    ["partition", { owner: "alice" }, "cut off from alice", "bad"],
    ["delay", { ms: 300 }, "300 ms slow", "bad"],
    ["clock-jump", { ms: 6000 }, "clock +6 s", "bad"],
    ["clock-jump", { ms: -6000 }, "clock −6 s", "bad"],
  ] as const)("says how a node is: %s %o → %s", (fault, more, state, tone) => {
    expect(box(pictured(asWritten().fault(fault, 2, more)), "node 2")).toMatchObject({ state, tone });
  });

  it("sets right what was mended, and all of it with a reset", () => {
    const mended = asWritten().fault("partition", 2).fault("delay", 2, { ms: 5 }).fault("heal", 2);
    mended.fault("pause-node", 3).fault("resume-node", 3).fault("kill", 4).fault("restart-empty", 4);
    mended.fault("partition", 5, { owner: "alice" }).fault("heal", 5, { owner: "alice" });
    expect(pictured(mended).nodes.nodes.map(({ state }) => state)).toEqual(["up", "up", "up", "up", "up"]);
    const reset = twoOwners().fault("kill-redis", null).run("reset");
    expect(pictured(reset).nodes.nodes.map(({ state }) => state)).toEqual(["up", "up", "up", "up", "up"]);
    expect(pictured(asWritten().fault("kill-redis", null)).nodes.nodes.map(({ state }) => state)).toEqual(
      Array(5).fill("down"),
    );
  });

  it("believes a node's own TTL, and no notice that is older than the vote", () => {
    const story = asWritten().acquire("alice", [1, 2, 3]);
    expect(box(pictured(story.notice(1, "expired")), "node 1")?.facts[0]?.value).toBe("alice");
    expect(box(pictured(story.wait(100).notice(1, "expired")), "node 1")?.facts[0]?.value).toBe("nobody");
    const ring = box(pictured(story.seeNode(2, "alice", 1234)), "node 2")?.ring;
    expect(ring?.ttlMs).toBeCloseTo(1234, 0);
    expect(box(pictured(story.wait(100).seeNode(3, null)), "node 3")?.facts[0]?.value).toBe("nobody");
  });

  it("tells an owner that is late from one that is not", () => {
    const late = pictured(asWritten().acquire("alice"), TTL);
    expect(box(late, "alice")).toMatchObject({
      state: "believes to own it; its time is over",
      tone: "bad",
      ring: null,
    });
    expect(box(pictured(asWritten().acquire("alice").actor("alice", "crashed")), "alice")?.state).toBe("dead");
  });

  it("shows three owners at most: those that have the lock, those that asked last, and whom the learner asks for", () => {
    const story = asWritten().acquire("zoe").result("zoe", "acquire", { acquired: true });
    for (const owner of ["ann", "ben", "cid", "dan"]) story.acquire(owner, []).release(owner, []);
    const owners = (focus: string | null) =>
      pictured(story, 0, focus)
        .nodes.nodes.filter(({ row }) => row === "owners")
        .map(({ id }) => id);
    expect(owners(null)).toEqual(["cid", "dan", "zoe"]);
    expect(owners("ann")).toEqual(["ann", "dan", "zoe"]);
  });

  it("marks what the row let in, should not have let in, and turned away", () => {
    const { leases } = pictured(twoOwners().read("alice", 100).read("bob", 100).write("bob", 110).write("alice", 110));
    expect(leases.rows.map(({ actor, marks }) => [actor, marks.map(({ outcome }) => outcome)])).toEqual([
      ["alice", ["wrong"]],
      ["bob", ["yes"]],
    ]);
  });

  it("stays bounded, whatever the length of the trace", () => {
    let state = stage.initial();
    const sizes: number[] = [];
    for (let i = 0; i < 400; i++) {
      const story = asWritten()
        .acquire(`w${i % 80}`, i % 2 ? [1, 2, 3] : [])
        .release(`w${i % 80}`);
      for (const event of story.events.slice(2)) state = stage.fold(state, event);
      if (i % 100 === 99) sizes.push(JSON.stringify(state).length);
    }
    expect(sizes[3]).toBeLessThan(1.5 * (sizes[1] ?? 0));
  });
});

describe("sentences", () => {
  const say = (name: string, value: Record<string, unknown>) => {
    const event = { type: "result", actor: "alice", action: 1, name, body: { resource: "account-1" }, value } as const;
    return stage.say({ ...event, seq: 1, atUs: T0, epoch: 0, decidedUs: null, ms: 1 } as unknown as RunEvent);
  };
  it.each([
    [
      "acquire",
      { acquired: true, votes: 3, quorum: 3, validityMs: 4848, fencingToken: 2 },
      "alice has the lock of account-1 with 3 votes where 3 are needed, for 4.8 s, and token 2.",
    ],
    [
      "acquire",
      { acquired: false, votes: 1, quorum: 3 },
      "alice was refused: 1 vote where 3 are needed, and gives them back.",
    ],
    ["release", { released: false }, "alice had no majority of account-1 any more to give back."],
    ["extend", { extended: true, ttlMs: 4900 }, "alice has account-1 for 4.9 s more."],
    [
      "write",
      { accepted: false, rejectedAt: "write" },
      "alice's write was rejected at the write: account-1 has seen a higher token.",
    ],
    [
      "work",
      { acquired: false, votes: 2, quorum: 3 },
      "alice has given up: 2 votes where 3 are needed at its last attempt.",
    ],
    [
      "work",
      { acquired: true, accepted: false, released: false },
      "alice has worked for nothing: account-1 has rejected its write. Its majority was gone before it had finished.",
    ],
  ])("%s %o", (name, value, text) => {
    expect(say(name, value)).toBe(text);
  });

  it("a fault says itself", () => {
    const { events } = asWritten().fault("kill", 3);
    expect(stage.say(events.at(-1) as RunEvent)).toBe("Fault kill on node 3.");
  });
});

/** Nodes that answer as they are told; time that passes when somebody sleeps. */
function bench(answers: (node: number) => Promise<unknown>) {
  const asked: string[] = [];
  let ms = 0;
  const node = (n: number) => {
    const ask = (name: string) => (key: string, value: string) => {
      asked.push(`${n} ${name} ${key} ${value}`);
      return answers(n);
    };
    return { set: ask("set"), releaseAsWritten: ask("release"), extendAsWritten: ask("extend") };
  };
  const ctx = {
    nodes: [1, 2, 3, 4, 5].map(node),
    actor: "alice",
    uuid: () => "uuid",
    now: () => ms,
    sleep: vi.fn(async (wait: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      ms += wait;
    }),
    db: { query: vi.fn(async () => [{ token: 7 }]) },
  };
  return { ctx: ctx as unknown as Context, asked, pass: (by: number) => (ms += by), query: ctx.db.query };
}
const never = () => new Promise<never>(() => undefined);
const body = { resource: "r", owner: "alice" };

describe("the algorithm", () => {
  it("takes a majority of yes for the lock, less time and drift", async () => {
    const { ctx } = bench(async (n) => (n < 4 ? "OK" : null));
    expect(await acquire(ctx, PARAMS, body)).toEqual({
      acquired: true,
      token: "alice:uuid",
      fencingToken: null,
      votes: 3,
      quorum: 3,
      validityMs: TTL - DRIFT,
    });
  });

  it("waits for nobody longer than the time-out, and counts the waiting against the lease", async () => {
    const { ctx } = bench((n) => (n < 4 ? Promise.resolve("OK") : never()));
    expect(await acquire(ctx, PARAMS, body)).toMatchObject({ votes: 3, validityMs: TTL - 100 - DRIFT });
  });

  it("gives back on all nodes what it did not get, also where nobody answered", async () => {
    const { ctx, asked } = bench((n) => (n < 3 ? Promise.resolve("OK") : never()));
    expect(await acquire(ctx, PARAMS, body)).toMatchObject({
      acquired: false,
      token: null,
      votes: 2,
      validityMs: null,
    });
    expect(asked.filter((one) => one.includes("release"))).toEqual(
      [1, 2, 3, 4, 5].map((n) => `${n} release lock:r alice:uuid`),
    );
  });

  it("takes a node that fails for a no, and throws nothing", async () => {
    const { ctx } = bench((n) => (n < 4 ? Promise.resolve("OK") : Promise.reject(new Error("down"))));
    expect(await acquire(ctx, PARAMS, body)).toMatchObject({ acquired: true, votes: 3 });
  });

  it("does not take a majority that has come when the lease was over", async () => {
    const { ctx, pass } = bench(async () => {
      pass(1000);
      return "OK";
    });
    expect(await acquire(ctx, { ...PARAMS, ttlMs: 4000 }, body)).toMatchObject({ acquired: false, votes: 5 });
  });

  it("extends and releases by majority", async () => {
    const some = (yes: number) => bench(async (n) => (n <= yes ? 1 : 0)).ctx;
    expect(await extend(some(3), PARAMS, { resource: "r", token: "t" })).toEqual({
      extended: true,
      ttlMs: TTL - DRIFT,
    });
    expect(await extend(some(2), PARAMS, { resource: "r", token: "t" })).toEqual({ extended: false, ttlMs: null });
    expect(await release(some(3), PARAMS, { resource: "r", token: "t" })).toEqual({ released: true });
    expect(await release(some(2), PARAMS, { resource: "r", token: "t" })).toEqual({ released: false });
  });
});

describe("the fence", () => {
  it("comes after the majority, and what minting took is off the lease", async () => {
    const { ctx, query, pass } = bench(async () => "OK");
    query.mockImplementation(async () => {
      pass(200);
      return [{ token: 7 }];
    });
    expect(await safe.acquire(ctx, PARAMS, body)).toMatchObject({
      token: "alice:uuid:7",
      fencingToken: 7,
      validityMs: TTL - DRIFT - 200,
    });
  });

  it("is not asked for without a majority", async () => {
    const { ctx, query } = bench(async () => null);
    expect(await safe.acquire(ctx, PARAMS, body)).toMatchObject({ acquired: false, fencingToken: null });
    expect(query).not.toHaveBeenCalled();
  });

  it("that does not come, or too late, gives the votes back", async () => {
    const failing = bench(async () => "OK");
    failing.query.mockRejectedValue(new Error("no database"));
    await expect(safe.acquire(failing.ctx, PARAMS, body)).rejects.toThrow("no database");
    const slow = bench(async () => "OK");
    slow.query.mockImplementation(async () => {
      slow.pass(TTL);
      return [{ token: 7 }];
    });
    expect(await safe.acquire(slow.ctx, PARAMS, body)).toMatchObject({ acquired: false, token: null });
    for (const { asked } of [failing, slow]) expect(asked.filter((one) => one.includes("release"))).toHaveLength(5);
  });

  it("is no part of what the nodes hold", async () => {
    const { ctx, asked } = bench(async () => 1);
    await safe.release(ctx, PARAMS, { resource: "r", token: "alice:uuid:7" });
    await safe.extend(ctx, PARAMS, { resource: "r", token: "alice:uuid:7" });
    expect(asked.every((one) => one.endsWith("lock:r alice:uuid"))).toBe(true);
  });
});

describe("bodies", () => {
  const parse = (action: string, given: unknown) =>
    pattern.actions.find(({ id }) => id === action)?.body.safeParse(given).success;
  it("refuse what is no owner, no node, and times that are no whole number", () => {
    expect(parse("acquire", { owner: "alice", ttlMs: 500 })).toBe(true);
    expect(parse("acquire", { owner: "alice", ttlMs: 500.5 })).toBe(false);
    expect(parse("acquire", { owner: "a b" })).toBe(false);
    const fault = (id: string, given: unknown) =>
      pattern.faults.find((one) => one.id === id)?.body.safeParse(given).success;
    expect(fault("kill", { node: 5 })).toBe(true);
    expect(fault("kill", { node: 6 })).toBe(false);
    expect(fault("partition", { node: 1, lost: "half" })).toBe(false);
    expect(fault("clock-jump", { node: 1, ms: -6000 })).toBe(true);
  });
});
