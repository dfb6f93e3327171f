/** Books, verdict and picture of sessions, without Redis. */
import { describe, expect, it } from "vitest";
import type { CardsPanel, LanesPanel, StatPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const [S1, S2] = ["s1·aaaaaa", "s2·bbbbbb"];
const PARAMS = { idleMs: 4000, absoluteMs: 12_000 };

/** Writes traces as the recorder would: numbered, dated, in the order in which things were seen. */
class Story {
  readonly events: RunEvent[] = [];
  nowUs = T0;
  private calls = 0;
  private epoch = 0;

  constructor() {
    this.run("started");
  }

  run(status: EventOf<"run">["status"], params = PARAMS): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    this.add({ type: "run", status, pattern: "session", variant: "as-written", params, seed: 1, text: "" });
    return this;
  }

  pass(ms: number): this {
    this.nowUs += ms * 1000;
    return this;
  }

  open(actor: string): number {
    this.calls += 1;
    this.actors.set(this.calls, actor);
    return this.calls;
  }

  /** A command of a call and its answer. */
  send(action: number, words: string[], value: WireValue = 1, inner?: string[][]): this {
    return this.reply(this.command(action, words), value, inner);
  }

  command(action: number, [name = "", ...args]: string[]): number {
    const script = name.endsWith(".lua")
      ? { name: "EVALSHA", script: name, args: [name, "1", ...args] }
      : { name, args };
    return this.add({ type: "command", actor: this.actors.get(action) ?? "you", action, ...script });
  }

  reply(ref: number, value: WireValue, inner?: string[][]): this {
    const { actor } = this.events[ref - 1] as EventOf<"command">;
    const more = inner ? { inner } : {};
    const at: [number, number] = [this.nowUs, this.nowUs];
    this.add({ type: "reply", ref, actor, value, latencyUs: 1, serverOrder: null, serverUs: at, ...more });
    return this;
  }

  result(action: number, name: string, body: Record<string, WireValue>, outcome: WireValue | Error): this {
    const told = outcome instanceof Error ? { error: outcome.message } : { value: outcome };
    const actor = this.actors.get(action) ?? "you";
    this.add({ type: "result", actor, action, name, body, ...told, decidedUs: [this.nowUs, this.nowUs], ms: 1 });
    return this;
  }

  see(id: string, ttlMs: number, more: Record<string, string> = {}, since = this.events.length): this {
    const value = { userId: "ann", role: "member", createdAt: String(T0 / 1000), ...more };
    this.add({ type: "observation", keys: [{ key: `session:${id}`, kind: "hash", ttlMs, value }], since });
    return this;
  }

  key(event: string, id: string): this {
    this.add({ type: "key", event, key: `session:${id}` });
    return this;
  }

  crash(actor: string): this {
    this.add({ type: "actor", actor, index: 0, status: "crashed" });
    return this;
  }

  login(id: string, actor = "laptop", userId = "ann", role = "member"): this {
    const call = this.open(actor);
    this.send(call, ["HSET", `session:${id}`, "userId", userId, "role", role, "createdAt", String(this.nowUs / 1000)]);
    this.send(call, ["EXPIRE", `session:${id}`, "4"]);
    return this.result(call, "create", { userId, role }, { sessionId: id });
  }

  get(id: string, session: Record<string, string> | null, actor = "laptop"): this {
    const call = this.open(actor);
    this.send(call, ["HGETALL", `session:${id}`], []);
    if (session) this.send(call, ["EXPIRE", `session:${id}`, "4"]);
    return this.result(call, "get", { sessionId: id }, { session });
  }

  set(id: string, field: string, value: string, actor = "laptop"): this {
    const call = this.open(actor);
    this.send(call, ["HSET", `session:${id}`, field, value], 0);
    return this.result(call, "set", { sessionId: id, field, value }, { written: true });
  }

  destroy(id: string, actor = "laptop"): this {
    const call = this.open(actor);
    return this.send(call, ["DEL", `session:${id}`]).result(call, "destroy", { sessionId: id }, { destroyed: true });
  }

  private readonly actors = new Map<number, string>();

  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: this.epoch } as RunEvent);
    return seq;
  }
}

const judged = ({ events }: Story) => {
  let state = invariant.initial(PARAMS);
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};
const FIELDS = { userId: "ann", role: "member" };

describe("the verdict", () => {
  it("is open before the first session, and fits a projector", () => {
    expect(judged(new Story())).toMatchObject({ holds: null, text: "No session yet." });
    expect(invariant.text.length).toBeLessThanOrEqual(110);
  });

  it("holds for a session that is used and written as it ought to be, in figures", () => {
    const story = new Story()
      .login(S1)
      .get(S1, FIELDS)
      .set(S1, "cart", "x")
      .get(S1, { ...FIELDS, cart: "x" });
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "1 session, with a TTL; 2 reads, none past a limit, a logout or a change of role. 1 write kept.",
      violations: [],
      metrics: { sessions: 1, reads: 2, writes: 1 },
    });
  });

  it("says nothing of a TTL while the login is under way: HSET comes before EXPIRE", () => {
    const story = new Story();
    const call = story.open("laptop");
    story.send(call, ["HSET", `session:${S1}`, "userId", "ann"]).see(S1, -1);
    expect(judged(story)).toMatchObject({ holds: null });
    story.send(call, ["EXPIRE", `session:${S1}`, "4"]).result(call, "create", { userId: "ann" }, { sessionId: S1 });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { withoutTtl: 0 } });
  });

  it("believes the answer to EXPIRE before a look that began earlier, and a later look before both", () => {
    const story = new Story().login(S1).see(S1, -1, {}, 2);
    expect(judged(story)).toMatchObject({ holds: true });
    expect(judged(story.see(S1, -1))).toMatchObject({
      holds: false,
      text: `${S1} has no TTL: nothing will ever end it.`,
    });
  });

  it("names the crash that left a session without a TTL, once", () => {
    const story = new Story();
    const call = story.open("laptop");
    story
      .send(call, ["HSET", `session:${S1}`, "userId", "ann"])
      .crash("laptop")
      .see(S1, -1)
      .see(S1, -1);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: `${S1} has no TTL and stays for ever: the app server that made it died before EXPIRE.`,
      metrics: { withoutTtl: 1 },
    });
    expect(judged(story).violations).toHaveLength(1);
  });

  it("breaks when a session comes back after its logout, and when it is read then", () => {
    const story = new Story().login(S1);
    const [slow, ann] = [story.open("slow"), story.open("ann")];
    story.send(slow, ["HGETALL", `session:${S1}`], []);
    story.send(ann, ["DEL", `session:${S1}`]).result(ann, "destroy", { sessionId: S1 }, { destroyed: true });
    story.send(slow, ["HSET", `session:${S1}`, "cart", "x"]);
    story.result(slow, "set", { sessionId: S1, field: "cart", value: "x" }, { written: true }).see(S1, -1);
    expect(judged(story).text).toBe(`${S1} came back after its logout, without a TTL: a write was still on its way.`);
    story.get(S1, { cart: "x" }, "intruder");
    expect(judged(story)).toMatchObject({
      text: `intruder read ${S1} after its logout. 2 breaches in all.`,
      metrics: { withoutTtl: 1, afterLogout: 1 },
    });
  });

  it("forgives a read that began before the logout was told", () => {
    const story = new Story().login(S1);
    const [reader, ann] = [story.open("reader"), story.open("ann")];
    story.send(reader, ["HGETALL", `session:${S1}`], []);
    story.send(ann, ["DEL", `session:${S1}`]).result(ann, "destroy", { sessionId: S1 }, { destroyed: true });
    story.result(reader, "get", { sessionId: S1 }, { session: FIELDS });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { afterLogout: 0 } });
  });

  it("ends all sessions of the one user with a logout everywhere", () => {
    const story = new Story().login(S1).login(S2, "bob", "bob");
    const call = story.open("phone");
    story.send(call, ["destroy-all-safe-1.lua", "user:ann:sessions"]);
    story.result(call, "destroy-all", { userId: "ann" }, { destroyed: 1 }).get(S2, { userId: "bob" }, "bob");
    expect(judged(story)).toMatchObject({ holds: true });
    expect(judged(story.get(S1, FIELDS)).text).toBe(`laptop read ${S1} after the logout everywhere.`);
  });

  it("breaks when a session is read past its absolute limit, which a rotation does not move", () => {
    const story = new Story().login(S1).pass(11_000).get(S1, FIELDS);
    const call = story.open("laptop");
    story.send(call, ["rotate-safe-2.lua", `session:${S1}`, `session:${S2}`]);
    story.result(call, "rotate", { sessionId: S1 }, { sessionId: S2 }).get(S2, FIELDS);
    expect(judged(story)).toMatchObject({ holds: true });
    story.pass(2500).get(S2, FIELDS);
    expect(judged(story).text).toBe(`${S2} was read 1.5 s after its absolute limit.`);
    expect(judged(story.get(S1, FIELDS)).metrics).toMatchObject({ pastLimit: 2, afterLogout: 1 });
  });

  it("breaks when who knew the id before a change of role reads the session after it; for its own user it is fine", () => {
    const story = new Story()
      .login(S1, "intruder", "ann", "guest")
      .get(S1, FIELDS, "ann")
      .set(S1, "role", "member", "ann");
    story.get(S1, FIELDS, "ann").get(S1, FIELDS, "newcomer");
    expect(judged(story)).toMatchObject({ holds: true, metrics: { oldIds: 0 } });
    expect(judged(story.get(S1, FIELDS, "intruder"))).toMatchObject({
      text: `intruder, who knew ${S1} before, reads it as member: the role changed, the id did not.`,
      metrics: { oldIds: 1 },
    });
  });

  it("breaks once for each write that a later read does not show", () => {
    const story = new Story()
      .login(S1)
      .set(S1, "cart", "2 books")
      .get(S1, { ...FIELDS, cart: "1 book" });
    const text = `${S1}: cart was written as "2 books", and laptop then reads "1 book".`;
    expect(judged(story)).toMatchObject({ holds: false, text, metrics: { lostWrites: 1 } });
    story.get(S1, { ...FIELDS, cart: "1 book" }).get(S1, FIELDS);
    expect(judged(story)).toMatchObject({ metrics: { lostWrites: 1 } });
  });

  it("waits for a write that is on its way before it calls another one lost", () => {
    const story = new Story().login(S1).set(S1, "cart", "1");
    const other = story.open("tab-2");
    story.send(other, ["HSET", `session:${S1}`, "cart", "2"], 0).get(S1, { ...FIELDS, cart: "2" });
    expect(judged(story)).toMatchObject({ holds: true });
    story.result(other, "set", { sessionId: S1, field: "cart", value: "2" }, { written: true });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { lostWrites: 0, writes: 2 } });
  });

  it("takes either value for right when two writes overlapped, or when one got no answer", () => {
    const overlapping = new Story().login(S1);
    const [a, b] = [overlapping.open("a"), overlapping.open("b")];
    overlapping.send(a, ["HSET", `session:${S1}`, "cart", "1"], 0).send(b, ["HSET", `session:${S1}`, "cart", "2"], 0);
    overlapping.result(b, "set", { sessionId: S1, field: "cart", value: "2" }, { written: true });
    overlapping.result(a, "set", { sessionId: S1, field: "cart", value: "1" }, { written: true });
    expect(judged(overlapping.get(S1, { ...FIELDS, cart: "2" }))).toMatchObject({ holds: true });
    const cut = new Story().login(S1).set(S1, "cart", "1");
    const died = cut.open("tab-2");
    cut.command(died, ["HSET", `session:${S1}`, "cart", "2"]);
    cut.result(died, "set", { sessionId: S1, field: "cart", value: "2" }, new Error("Connection is closed."));
    expect(judged(cut.get(S1, { ...FIELDS, cart: "2" }))).toMatchObject({ holds: true });
  });

  it("is of a field that is called as what every object has, too", () => {
    const cut = new Story().login(S1);
    const died = cut.open("tab-2");
    const body = { sessionId: S1, field: "constructor", value: "2" };
    cut.command(died, ["HSET", `session:${S1}`, "constructor", "2"]);
    cut.result(died, "set", body, new Error("Connection is closed."));
    const read = cut.set(S1, "constructor", "1").get(S1, { ...FIELDS, constructor: "0" });
    expect(judged(read)).toMatchObject({ holds: false });
  });
});

const pictured = ({ events, nowUs }: Story, focus: string | null = null) => {
  let state = stage.initial();
  for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
  const panels = stage.panels(state, nowUs, focus);
  return {
    cards: panels.find(({ kind }) => kind === "cards") as CardsPanel,
    lanes: panels.find(({ kind }) => kind === "lanes") as LanesPanel,
    sums: Object.fromEntries(
      (panels.find(({ kind }) => kind === "stat") as StatPanel).items.map(({ label, value }) => [label, value]),
    ),
  };
};
const cardsOf = (story: Story) => pictured(story).cards.groups.flatMap(({ cards }) => cards);

describe("the picture", () => {
  it("shows a session with what Redis' TTL and nobody's absolute limit leave of it, by the answers alone", () => {
    const story = new Story().login(S1).pass(1500);
    expect(cardsOf(story)).toMatchObject([
      {
        id: S1,
        of: "member",
        state: "alive",
        tone: "live",
        rings: [
          { label: "absolute", leftMs: 10_500, ofMs: 12_000, drawn: "computed" },
          { label: "TTL", leftMs: 2500, ofMs: 4000, drawn: "kept" },
        ],
      },
    ]);
    expect(cardsOf(story.get(S1, FIELDS))[0]?.rings[1]).toMatchObject({ leftMs: 4000 });
  });

  it("draws the absolute limit as kept where the hash has one, and the TTL never beyond it", () => {
    const story = new Story();
    const call = story.open("laptop");
    const limit = String(T0 / 1000 + 3000);
    story.send(call, ["create-safe-2.lua", `session:${S1}`], null, [
      ["HSET", `session:${S1}`, "createdAt", String(T0 / 1000), "absoluteAt", limit, "userId", "ann"],
      ["PEXPIREAT", `session:${S1}`, limit],
      ["ZADD", "user:ann:sessions", limit, S1],
    ]);
    story.send(
      story.open("laptop"),
      ["get-safe-1.lua", `session:${S1}`],
      [],
      [
        ["PEXPIRE", `session:${S1}`, "4000"],
        ["PEXPIREAT", `session:${S1}`, limit, "LT"],
      ],
    );
    expect(cardsOf(story)[0]?.rings).toMatchObject([
      { leftMs: 3000, drawn: "kept" },
      { leftMs: 3000, drawn: "kept" },
    ]);
    expect(pictured(story).cards.groups).toMatchObject([{ title: "ann", caption: `user:ann:sessions knows ${S1}` }]);
  });

  it("draws two ticks for an end by time: when the TTL reached 0 and when Redis deleted it", () => {
    const story = new Story().login(S1).pass(5500);
    expect(cardsOf(story)[0]).toMatchObject({ state: "TTL is over, not deleted yet", tone: "live" });
    story.key("expired", S1);
    const { lanes, sums } = pictured(story);
    expect(lanes.lanes[0]?.marks.filter(({ outcome }) => outcome === "redis")).toMatchObject([
      { atUs: T0 + 4_000_000, text: "TTL reached 0" },
      { atUs: T0 + 5_500_000, text: "deleted by Redis, 1,500 ms later" },
    ]);
    expect(cardsOf(story)[0]).toMatchObject({
      tone: "gone",
      rings: [],
      state: "ended by its TTL, deleted 1,500 ms later",
    });
    expect(sums).toMatchObject({ alive: "0", "deleted by Redis, the latest 1,500 ms late": "1" });
  });

  it("is not misled by the touch of a MULTI that found no key", () => {
    const story = new Story().login(S1).pass(5000);
    const call = story.open("laptop");
    story.send(call, ["PEXPIRE", `session:${S1}`, "4000"], "QUEUED").key("expired", S1);
    expect(cardsOf(story)[0]?.state).toBe("ended by its TTL, deleted 1,000 ms later");
  });

  it("says what is not as it ought to be: no TTL, back after its end, past its limit", () => {
    expect(cardsOf(new Story().see(S1, -1))).toMatchObject([
      { tone: "bad", state: "no TTL: stays for ever", rings: [{}, { label: "TTL", leftMs: null }] },
    ]);
    const back = new Story().login(S1).destroy(S1, "ann");
    expect(cardsOf(back)).toMatchObject([{ tone: "gone", state: "logged out by ann" }]);
    expect(cardsOf(back.set(S1, "cart", "x"))).toMatchObject([
      { tone: "bad", state: "back after its end, without a TTL" },
    ]);
    const long = new Story().login(S1);
    for (let i = 0; i < 5; i++) long.pass(3000).get(S1, FIELDS);
    expect(cardsOf(long)).toMatchObject([
      { tone: "bad", state: "past its absolute limit", rings: [{ leftMs: -3000 }, {}] },
    ]);
  });

  it("says who logged out where, and where a session goes on", () => {
    const story = new Story().login(S1).login(S2, "phone");
    const call = story.open("tablet");
    story.send(call, ["destroy-all-safe-1.lua", "user:ann:sessions"], 2, [
      ["DEL", `session:${S1}`],
      ["DEL", `session:${S2}`],
      ["DEL", "user:ann:sessions"],
    ]);
    story.result(call, "destroy-all", { userId: "ann" }, { destroyed: 2 });
    expect(cardsOf(story).map(({ state }) => state)).toEqual(Array(2).fill("logged out everywhere, by tablet"));
    expect(pictured(story).cards.groups[0]?.caption).toBe("user:ann:sessions is gone: it knew none any more");
    const rotated = new Story().login(S1);
    const turn = rotated.open("ann");
    rotated.send(turn, ["rotate-safe-2.lua", `session:${S1}`, `session:${S2}`], 1, [
      ["RENAME", `session:${S1}`, `session:${S2}`],
      ["HSET", `session:${S2}`, "role", "admin"],
    ]);
    rotated.result(turn, "rotate", { sessionId: S1, role: "admin" }, { sessionId: S2 });
    expect(cardsOf(rotated)).toMatchObject([
      { id: S1, tone: "gone", state: `goes on as ${S2}` },
      { id: S2, tone: "live", of: "admin", rings: [{}, { leftMs: 4000 }] },
    ]);
  });

  it("marks a field that has just changed, for a second", () => {
    const story = new Story().login(S1).set(S1, "cart", "x");
    expect(cardsOf(story)[0]?.facts).toEqual([{ label: "cart", value: "x", fresh: true }]);
    expect(cardsOf(story.pass(1200))[0]?.facts).toEqual([{ label: "cart", value: "x", fresh: false }]);
  });

  it("draws eight cards of many and counts the rest; its state stays small", () => {
    const story = new Story();
    for (let i = 1; i <= 200; i++) story.login(`s${i}·cccccc`);
    const { cards } = pictured(story);
    expect(cards.groups[0]?.cards.map(({ id }) => id.split("·")[0])).toEqual(
      [193, 194, 195, 196, 197, 198, 199, 200].map((n) => `s${n}`),
    );
    expect(cards.more).toBe("192 more are not drawn");
    expect(pictured(story, "s180·cccccc").cards.groups[0]?.cards[0]?.id).toBe("s180·cccccc");
    const state = story.events.reduce((before, event) => stage.fold(before, event), stage.initial());
    expect(JSON.stringify(state).length).toBeLessThan(20_000);
  });

  it("begins anew with another variant, and keeps what is there when parameters change", () => {
    expect(cardsOf(new Story().login(S1).run("reset"))).toEqual([]);
    const other = new Story().login(S1).run("configured", { ...PARAMS, idleMs: 8000 });
    expect(cardsOf(other)[0]?.rings[1]).toMatchObject({ leftMs: 4000, ofMs: 8000 });
    expect(pictured(new Story().login(S1).run("redis-down")).cards.groups[0]?.cards[0]).toMatchObject({ tone: "gone" });
  });
});

describe("sentences", () => {
  const last = (story: Story) => stage.say(story.events.at(-1) as RunEvent);

  it("say who did what to which session", () => {
    const story = new Story().login(S1);
    expect(last(story)).toBe(`laptop logged ann in, with session ${S1}.`);
    expect(last(story.get(S1, FIELDS))).toBe(`laptop read ${S1}.`);
    expect(last(story.set(S1, "cart", "x"))).toBe(`laptop wrote cart = x into ${S1}.`);
    expect(last(story.destroy(S1))).toBe(`laptop ended ${S1}.`);
    expect(last(story.get(S1, null, "phone"))).toBe(`phone was refused: there is no session ${S1}.`);
    expect(last(story.key("expired", S1))).toBe(`Redis deleted session:${S1}, whose time was over.`);
    expect(last(story.crash("laptop"))).toBe("laptop's app server died.");
    const everywhere = story.result(story.open("phone"), "destroy-all", { userId: "ann" }, { destroyed: 2 });
    expect(last(everywhere)).toBe("phone logged ann out everywhere: 2 sessions ended.");
    expect(last(story.result(story.open("x"), "rotate", { sessionId: S1 }, { sessionId: S2 }))).toBe(
      `x rotated ${S1}: it goes on as ${S2}.`,
    );
    expect(last(story.result(story.open("x"), "get", { sessionId: S1 }, new Error("gone")))).toBe(
      "x's request failed: gone",
    );
  });
});

describe("bodies", () => {
  const bodyOf = (id: string) => pattern.actions.find((action) => action.id === id)?.body;

  it("take an id or its label, and nothing that no id can be", () => {
    for (const sessionId of ["s1", S1, "0f0e0d0c-0b0a-4908-8706-050403020100"])
      expect(bodyOf("get")?.safeParse({ sessionId }).success).toBe(true);
    for (const sessionId of ["", "a b", "x".repeat(65), "·", 7])
      expect(bodyOf("get")?.safeParse({ sessionId }).success).toBe(false);
  });

  it("of a login need a user, an address and a role", () => {
    const ann = { userId: "ann", email: "ann@example.org", role: "member" };
    expect(bodyOf("create")?.parse(ann)).toEqual({ ...ann, ip: "", userAgent: "" });
    for (const wrong of [{}, { ...ann, email: "ann" }, { ...ann, role: "" }, { ...ann, more: 1 }])
      expect(bodyOf("create")?.safeParse(wrong).success).toBe(false);
  });
});
