/** Verdict, picture and sentences of the lock, without Redis. */
import { describe, expect, it } from "vitest";
import type { LeasesPanel, StatPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { fenceOf as fenceOfToken, holderOf } from "../../families/locks/lock";
import { fenceOf } from "./fence";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const MS = 1000;
const TTL = 5000;
const PARAMS = { ttlMs: TTL, waitMs: 0, retryMs: 200, renewals: 0, databaseMs: 0 };

/** Writes traces as the recorder would. Each owner's calls go under its own action number. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private nowUs = T0;
  private readonly numbers: Record<string, number> = {};

  constructor(private readonly variant: string) {
    this.run("started").see(100);
  }

  run(status: EventOf<"run">["status"]): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    this.add({ type: "run", status, pattern: "lock", variant: this.variant, params: {}, seed: 1, text: "" });
    return this;
  }
  wait(ms: number): this {
    this.nowUs += ms * MS;
    return this;
  }
  see(balance: number): this {
    const rows = [{ resource: "account-1", balance, highest: 0 }];
    this.add({ type: "observation", keys: [], tables: [{ table: "accounts", count: 1, rows }] });
    return this;
  }
  seeLock(owner: string, ttlMs: number): this {
    const key = { key: "lock:account-1", kind: "string", ttlMs, value: `${owner}:x` };
    this.add({ type: "observation", keys: [key] });
    return this;
  }
  actor(actor: string, status: EventOf<"actor">["status"]): this {
    this.add({ type: "actor", actor, index: 0, status });
    return this;
  }
  fault(text: string, by: "person" | "scenario" = "person"): this {
    this.add({ type: "fault", fault: "f", target: "t", by, text });
    return this;
  }
  expired(): this {
    this.add({ type: "key", event: "expired", key: "lock:account-1" });
    return this;
  }

  acquire(owner: string, letIn = true): this {
    this.command(owner, "SET", ["lock:account-1", `${owner}:x`, "PX", String(TTL), "NX"], letIn ? "OK" : null);
    return this;
  }
  /** By the script that mints a number. */
  mint(owner: string, number: number | null): this {
    const args = ["acquire-safe-2.lua", "2", "lock:account-1", "fence:account-1", `${owner}:x`, String(TTL)];
    return this.command(owner, "EVALSHA", args, number, "acquire-safe-2.lua");
  }
  extend(owner: string, token: string, went: boolean): this {
    const args = ["extend-safe-1.lua", "1", "lock:account-1", token, String(TTL)];
    return this.command(`${owner} (renewal)`, "EVALSHA", args, went ? 1 : 0, "extend-safe-1.lua");
  }
  release(owner: string, token = `${owner}:x`, was = true): this {
    const args = ["release-as-written-1.lua", "1", "lock:account-1", token];
    return this.command(owner, "EVALSHA", args, was ? 1 : 0, "release-as-written-1.lua");
  }
  del(owner: string): this {
    return this.command(owner, "DEL", ["lock:account-1"], 1);
  }
  read(owner: string, balance: number, fence?: number): this {
    return fence === undefined
      ? this.query(owner, "SELECT balance FROM accounts WHERE resource = $1", [], [{ balance }])
      : this.query(owner, "INSERT INTO accounts (resource, highest) VALUES ($1, $2)", [fence], [{ balance }]);
  }
  readRejected(owner: string, fence: number): this {
    return this.query(owner, "INSERT INTO accounts (resource, highest) VALUES ($1, $2)", [fence], []);
  }
  write(owner: string, balance: number, fence?: number): this {
    return this.query(owner, WRITE, [balance, ...(fence === undefined ? [] : [fence])], [{ balance }]);
  }
  writeRejected(owner: string, balance: number, fence: number): this {
    return this.query(owner, WRITE, [balance, fence], []);
  }
  writeUnanswered(owner: string, balance: number, error: string): this {
    const ref = this.ask(owner, WRITE, [balance]);
    this.add({ type: "rows", ref, actor: owner, error, latencyUs: 1 });
    return this;
  }
  result(owner: string, name: string, value: WireValue, body: Record<string, WireValue> = {}): this {
    const call = { actor: owner, action: this.numberOf(owner), name, body: { resource: "account-1", ...body } };
    this.add({ type: "result", ...call, value, decidedUs: null, startedUs: this.nowUs, ms: 1 });
    this.numbers[owner] = Object.keys(this.numbers).length * 100 + this.events.length;
    return this;
  }

  private command(actor: string, name: string, args: string[], value: WireValue, script?: string): this {
    const action = this.numberOf(actor);
    const ref = this.add({ type: "command", actor, action, name, args, ...(script ? { script } : {}) });
    const at: [number, number] = [this.nowUs, this.nowUs];
    this.add({ type: "reply", ref, actor, value, latencyUs: 1, serverOrder: null, serverUs: at });
    return this;
  }
  private ask(actor: string, sql: string, values: WireValue[]): number {
    return this.add({ type: "query", actor, action: this.numberOf(actor), sql, values: ["account-1", ...values] });
  }
  private query(actor: string, sql: string, values: WireValue[], rows: Record<string, WireValue>[]): this {
    const ref = this.ask(actor, sql, values);
    this.add({ type: "rows", ref, actor, rows, count: rows.length, latencyUs: 1 });
    return this;
  }
  private numberOf(actor: string): number {
    this.numbers[actor] ??= Object.keys(this.numbers).length + 1;
    return this.numbers[actor];
  }
  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.nowUs += 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: this.epoch } as RunEvent);
    return seq;
  }
}

const WRITE =
  "INSERT INTO accounts (resource, balance) VALUES ($1, $2) ON CONFLICT (resource) DO UPDATE SET balance = 1";

const judged = ({ events }: Story) => {
  let state = invariant.initial(PARAMS);
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};
const pictured = ({ events }: Story, afterMs = 0) => {
  let state = stage.initial();
  for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
  const [leases, stat] = stage.panels(state, (events.at(-1)?.atUs ?? T0) + afterMs * MS, null);
  return { leases: leases as LeasesPanel, stat: stat as StatPanel };
};
const asWritten = () => new Story("as-written");
const safe = () => new Story("safe");

/** Alice reads and stops; her lease ends; Bob acquires and writes. */
const overtaken = () =>
  asWritten()
    .acquire("alice")
    .read("alice", 100)
    .wait(TTL + 1)
    .expired()
    .acquire("bob")
    .read("bob", 100)
    .write("bob", 110);

describe("the verdict", () => {
  it("is open until a row was written", () => {
    expect(judged(asWritten())).toMatchObject({ holds: null, text: "Nothing written yet." });
    expect(judged(asWritten().acquire("alice").read("alice", 100))).toMatchObject({ holds: null });
  });

  it("holds when owners come one after another, and counts what they added", () => {
    const story = asWritten().acquire("alice").read("alice", 100).write("alice", 110).release("alice");
    story.acquire("bob").read("bob", 110).write("bob", 115);
    expect(judged(story)).toEqual({
      holds: true,
      text: "account-1 is at 115 = 100 + 15 in 2 accepted writes.",
      violations: [],
      metrics: {
        ownersNow: 1,
        mostOwners: 1,
        acquired: 2,
        accepted: 2,
        rejected: 0,
        writesAfterLeaseEnd: 0,
        lost: 0,
        unknown: 0,
      },
    });
  });

  it("breaks when a late owner overwrites what the next one wrote", () => {
    const story = overtaken().write("alice", 110);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "account-1 is at 110, not 120: 10 lost. account-1 let in owner no. 1 (alice) after owner no. 2 (bob).",
      violations: [{ seq: story.events.length }, { seq: story.events.length }],
      metrics: { mostOwners: 2, writesAfterLeaseEnd: 1, lost: 10 },
    });
  });

  it("breaks when a late owner is let in, though nothing is lost by it", () => {
    const story = asWritten()
      .acquire("alice")
      .wait(TTL + 1)
      .acquire("bob")
      .read("bob", 100)
      .write("bob", 110);
    expect(judged(story.read("alice", 110).write("alice", 120))).toMatchObject({
      holds: false,
      text: "account-1 let in owner no. 1 (alice) after owner no. 2 (bob).",
      metrics: { lost: 0 },
    });
  });

  it("does not mind a late owner whom the row rejects", () => {
    const story = safe()
      .mint("alice", 1)
      .read("alice", 100, 1)
      .wait(TTL + 1)
      .mint("bob", 2)
      .read("bob", 100, 2);
    story.write("bob", 110, 2).writeRejected("alice", 110, 1);
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "account-1 is at 110 = 100 + 10 in 1 accepted write, 1 rejected.",
      metrics: { mostOwners: 2, rejected: 1, writesAfterLeaseEnd: 0 },
    });
    expect(judged(safe().mint("bob", 2).read("bob", 100, 2).readRejected("alice", 1))).toMatchObject({ holds: true });
  });

  it("sees what a fence at the write alone does not: the old owner writes after the new one has read", () => {
    const story = new Story("fence-at-write")
      .mint("alice", 1)
      .read("alice", 100)
      .wait(TTL + 1)
      .mint("bob", 2);
    story.read("bob", 100).write("alice", 110, 1);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "account-1 let in token 1 (alice) after token 2 (bob).",
    });
    expect(judged(story.write("bob", 110, 2))).toMatchObject({ holds: false, metrics: { lost: 10 } });
  });

  it("knows by the token itself who is late, whatever its owner has acquired since", () => {
    const story = safe()
      .mint("alice", 1)
      .release("alice", "alice:x:1")
      .mint("bob", 2)
      .read("bob", 100, 2)
      .write("bob", 110, 2);
    story.release("bob", "bob:x:2").mint("alice", 3).result("alice", "acquire", {});
    expect(judged(story.read("alice", 110, 1).write("alice", 120, 1))).toMatchObject({ holds: false });
  });

  it("takes a write for unknown when it was sent and no answer came, and for nothing when it never reached the database", () => {
    const cut = asWritten().acquire("alice").read("alice", 100).write("alice", 110).result("alice", "write", {});
    cut.read("alice", 110).writeUnanswered("alice", 120, "This actor has crashed: its connection is gone.");
    expect(judged(cut)).toMatchObject({
      holds: true,
      text: "account-1 is at 110 = 100 + 10 in 1 accepted write. Of 10 more nobody was told whether they went in.",
    });
    expect(judged(cut.acquire("bob").read("bob", 120).write("bob", 130))).toMatchObject({ holds: true });
    const failed = asWritten().acquire("alice").read("alice", 100).write("alice", 110).result("alice", "write", {});
    failed.read("alice", 110).writeUnanswered("alice", 120, "The database does not answer (fault fail-database).");
    expect(judged(failed).metrics).toMatchObject({ unknown: 0 });
  });

  it("excuses what an owner overwrites itself by two writes at once under one token, and says so", () => {
    const story = safe().mint("alice", 1).result("alice", "acquire", {});
    const twice = story.read("alice", 100, 1).read("alice", 100, 1).write("alice", 110, 1).write("alice", 110, 1);
    expect(judged(twice)).toMatchObject({ holds: true });
    expect(judged(twice).text).toMatch(/10 of it an owner overwrote itself/);
  });

  it("names the faults that a person pulled before it broke", () => {
    const story = asWritten()
      .acquire("alice")
      .read("alice", 100)
      .fault("Redis began anew.")
      .fault("planned", "scenario");
    story
      .wait(TTL + 1)
      .acquire("bob")
      .read("bob", 100)
      .write("bob", 110)
      .write("alice", 110);
    expect(judged(story).text).toMatch(/Before it: Redis began anew\.$/);
  });

  it("opens its books anew where it has not seen the read", () => {
    const story = asWritten().acquire("alice").read("alice", 100).run("redis-up").write("alice", 110);
    story.acquire("bob").read("bob", 110).write("bob", 120);
    expect(judged(story)).toMatchObject({ holds: true, text: "account-1 is at 120 = 110 + 10 in 2 accepted writes." });
  });

  it("counts an owner until it gives the lock back, is told that it is lost, or dies", () => {
    const owners = (story: Story) => judged(story).metrics.ownersNow;
    const held = () => safe().mint("alice", 1);
    expect(owners(held())).toBe(1);
    expect(
      owners(
        held()
          .wait(2 * TTL)
          .expired(),
      ),
    ).toBe(1);
    expect(owners(held().release("alice", "alice:x:1"))).toBe(0);
    expect(owners(held().extend("alice", "alice:x:1", true))).toBe(1);
    expect(owners(held().extend("alice", "alice:x:1", false))).toBe(0);
    expect(owners(held().actor("alice", "crashed"))).toBe(0);
    expect(owners(held().actor("alice", "held"))).toBe(1);
    expect(owners(held().run("redis-down"))).toBe(1);
  });

  it("counts as late only what was sent after the end of a lease that its owner did not have renewed", () => {
    const late = (story: Story) => judged(story).metrics.writesAfterLeaseEnd;
    const lateWrite = (story: Story) => story.read("alice", 100, 1).write("alice", 110, 1);
    expect(
      late(
        lateWrite(
          safe()
            .mint("alice", 1)
            .wait(TTL - 1),
        ),
      ),
    ).toBe(0);
    expect(
      late(
        lateWrite(
          safe()
            .mint("alice", 1)
            .wait(TTL + 1),
        ),
      ),
    ).toBe(1);
    const kept = safe()
      .mint("alice", 1)
      .wait(TTL - 1000)
      .extend("alice", "alice:x:1", true)
      .wait(TTL - 1000);
    expect(late(lateWrite(kept))).toBe(0);
  });

  it("stays small and quick over a long run", () => {
    let state = invariant.initial(PARAMS);
    const started = performance.now();
    for (let round = 0; round < 5000; round++) {
      const story = asWritten()
        .acquire(`w${round % 50}`)
        .read(`w${round % 50}`, 100)
        .write(`w${round % 50}`, 110);
      for (const event of story.release(`w${round % 50}`).events) state = invariant.fold(state, event);
    }
    expect(performance.now() - started).toBeLessThan(5000);
    expect(JSON.stringify(state).length).toBeLessThan(150_000);
  });
});

describe("the picture", () => {
  it("shows nobody at first", () => {
    const { leases, stat } = pictured(asWritten());
    expect(leases).toMatchObject({ rows: [], alarm: null });
    expect(stat.items.map(({ value }) => value)).toEqual(["0", "0", "100", "100", "none", "0", "0"]);
  });

  it("draws a lease to where Redis says that it ends, and counts it down", () => {
    const [row] = pictured(safe().mint("alice", 7), 1000).leases.rows;
    expect(row).toMatchObject({ actor: "alice", state: "token 7, 4.0 s left", tone: "good" });
    expect(row?.bars).toMatchObject([{ label: "token 7", end: "lasts", believedUs: null }]);
    const [seen] = pictured(asWritten().acquire("alice").seeLock("alice", 2000)).leases.rows;
    expect(seen?.state).toBe("no. 1, 2.0 s left");
  });

  it("marks renewals, and that the lease reaches further", () => {
    const story = safe().mint("alice", 7).wait(2000).extend("alice", "alice:x:7", true);
    const [row, ...others] = pictured(story).leases.rows;
    expect(others).toEqual([]);
    expect(row?.state).toBe("token 7, 5.0 s left");
    expect(row?.bars[0]?.renewedUs).toHaveLength(1);
  });

  it("goes on hollow while an owner believes in a lease that is over, and raises the alarm at the second owner", () => {
    const { leases, stat } = pictured(overtaken());
    expect(leases.alarm).toBe("2 owners of account-1 at once");
    expect(leases.rows[0]).toMatchObject({ state: "no. 1, over for 0.0 s", tone: "bad", bars: [{ end: "expired" }] });
    expect(leases.rows[0]?.bars[0]?.believedUs).not.toBeNull();
    expect(stat.items[0]).toEqual({ label: "owners right now", value: "2", alarm: true });
  });

  it("tells a late write that was let in from one that was rejected", () => {
    const marks = (story: Story) =>
      pictured(story).leases.rows.flatMap((row) =>
        row.marks.map(({ outcome, text }) => `${row.actor} ${outcome}: ${text}`),
      );
    expect(marks(overtaken().write("alice", 110))).toEqual([
      "alice wrong: no. 1: accepted after no. 2 of bob had been seen",
      "bob yes: no. 2: wrote 110",
    ]);
    const fenced = safe()
      .mint("alice", 1)
      .read("alice", 100, 1)
      .wait(TTL + 1)
      .mint("bob", 2)
      .read("bob", 100, 2);
    expect(marks(fenced.writeRejected("alice", 110, 1))).toEqual(["alice no: token 1: rejected at the write"]);
  });

  it("shows who waits, who stands still and who is dead", () => {
    const states = (story: Story) => pictured(story).leases.rows.map(({ actor, state }) => `${actor}: ${state}`);
    const taken = () => asWritten().acquire("alice").acquire("bob", false).acquire("bob", false);
    expect(states(taken())).toEqual(["alice: no. 1, 5.0 s left", "bob: waits, refused 2 times"]);
    expect(states(taken().actor("alice", "held"))[0]).toBe("alice: stands still, no. 1, 5.0 s left");
    expect(states(taken().actor("alice", "held").actor("alice", "released"))[0]).toBe("alice: no. 1, 5.0 s left");
    expect(states(taken().actor("alice", "crashed"))[0]).toBe("alice: dead");
    expect(states(taken().result("bob", "work", { acquired: false }))[1]).toBe("bob: has no lock");
    const { waits } = pictured(taken().wait(100).release("alice").acquire("bob")).leases.rows[1] ?? {};
    expect(waits).toMatchObject([{ toUs: expect.any(Number) }]);
  });

  it("does not take the end of one lease for that of the next, when it is heard late", () => {
    const story = asWritten()
      .acquire("alice")
      .wait(TTL + 1)
      .acquire("bob")
      .expired();
    expect(pictured(story).leases.rows.map(({ bars }) => bars[0]?.end)).toEqual(["expired", "lasts"]);
    const given = asWritten().acquire("alice").acquire("bob").release("alice");
    expect(pictured(given).leases.rows.map(({ bars }) => bars[0]?.end)).toEqual(["released", "lasts"]);
  });

  it("says whose lock was deleted when it was somebody else's", () => {
    const story = new Story("get-then-del")
      .acquire("alice")
      .wait(TTL + 1)
      .acquire("bob")
      .del("alice")
      .acquire("carol");
    expect(pictured(story).leases.rows.map(({ bars }) => bars[0]?.end)).toEqual(["expired", "deleted", "lasts"]);
    expect(pictured(story).leases.alarm).toBe("2 owners of account-1 at once");
  });

  it("is small JSON, whatever the number of owners, and shows eight of them", () => {
    const story = asWritten();
    for (let i = 0; i < 300; i++) story.acquire(`w${i}`).read(`w${i}`, 100).write(`w${i}`, 110).release(`w${i}`);
    let state = stage.initial();
    for (const event of story.events) state = stage.fold(state, event);
    const [leases] = stage.panels(state, story.events.at(-1)?.atUs ?? T0, null) as [LeasesPanel];
    expect(leases.rows).toHaveLength(8);
    expect(JSON.stringify(state).length).toBeLessThan(120_000);
    expect(structuredClone(state)).toEqual(JSON.parse(JSON.stringify(state)));
  });
});

describe("what is said", () => {
  const said = (story: Story) => story.events.map((event) => stage.say(event)).filter((text) => text !== null);
  it.each([
    ["acquire", { acquired: true, token: "alice:x:3" }, "alice has the lock of account-1, with token 3."],
    ["acquire", { acquired: false, token: null }, "alice was refused: somebody else has the lock of account-1."],
    ["write", { accepted: true, balance: 110 }, "alice has written 110 to account-1."],
    [
      "write",
      { accepted: false, rejectedAt: "read" },
      "alice's write was rejected at the read: account-1 has seen a higher token.",
    ],
    ["release", { released: true }, "alice has given account-1 back."],
    ["work", { acquired: false }, "alice has given up: already running elsewhere."],
    [
      "work",
      { acquired: true, accepted: true, balance: 120, released: false },
      "alice has worked and written 120 to account-1. Its lease was over before it had finished.",
    ],
    [
      "work",
      { acquired: true, accepted: false, released: false },
      "alice has worked for nothing: account-1 has rejected its write. Its lease was over before it had finished.",
    ],
  ])("of %s with %o", (name, value, sentence) => {
    expect(said(asWritten().result("alice", name, value))).toEqual([sentence]);
  });

  it("of the renewal only when it fails, and in its owner's name", () => {
    expect(said(safe().result("alice (renewal)", "renewal", { extended: true }))).toEqual([]);
    expect(said(safe().result("alice (renewal)", "renewal", { extended: false }))).toEqual([
      "alice is told that its lease is lost.",
    ]);
  });

  it("of ends of leases and of owners that go on", () => {
    expect(said(asWritten().expired().actor("alice", "released").actor("alice (renewal)", "released"))).toEqual([
      "The lease lock:account-1 has ended: Redis deletes the key.",
      "alice goes on.",
    ]);
  });
});

describe("tokens and bodies", () => {
  it("a token names its holder and, where it is minted, its number", () => {
    expect(holderOf("alice:1790000000000:0.5")).toBe("alice");
    expect(["no-holder", ":x", 7, null].map(holderOf)).toEqual([null, null, null, null]);
    for (const fence of [fenceOf, fenceOfToken]) {
      expect(fence("alice:4f0e:12")).toBe(12);
      expect(fence(12)).toBe(12);
      expect(fence("12")).toBe(12);
      expect(fence("alice:1790000000000:0.5")).toBe(0);
      expect(fence("alice:965d2d37-6a5c-4b90-8515-a7a611418eef")).toBe(0);
    }
  });

  it("whoever had a token acts when it is released or extended", () => {
    const act = (id: string) => pattern.actions.find((action) => action.id === id);
    expect(act("release")?.actorOf?.({ token: "bob:x:2" })).toBe("bob");
    expect(act("extend")?.actorOf?.({ token: "?" })).toBeNull();
  });

  it("a fenced row is not written without a number", () => {
    const check = (variant: string, token: string | number) =>
      pattern.actions.find(({ id }) => id === "write")?.check?.({ token }, PARAMS, variant) ?? null;
    expect(check("as-written", "alice:x")).toBeNull();
    expect(check("safe", "alice:x:1")).toBeNull();
    expect(check("safe", 1)).toBeNull();
    expect(check("safe", "alice:x")).toMatchObject({ code: "invalid", field: "token" });
  });

  it("only safe extends", () => {
    expect(pattern.variants.filter(({ actions }) => "extend" in actions).map(({ id }) => id)).toEqual(["safe"]);
  });
});
