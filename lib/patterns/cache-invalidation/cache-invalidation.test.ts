/** Books, verdict and picture of invalidation, without Redis. */
import { describe, expect, it } from "vitest";
import type { NodesPanel, StatPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import type { Source } from "./books";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const MS = 1000;
const PARAMS = { ttlMs: 10_000, staleBoundMs: 1000, databaseMs: 0 };
type RunStatus = "started" | "reset" | "configured" | "redis-down" | "redis-up";

const row = (version: number) => ({ id: 1, username: `ada.${version}`, version });
const json = (version: number) => JSON.stringify(row(version));

/** Writes traces as the recorder would. Times in ms after the beginning; each event comes at the latest one that was named. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private nowUs = T0;
  private calls = 0;

  constructor(readonly variant = "safe") {
    this.run("started");
  }

  at(ms: number): this {
    this.nowUs = T0 + ms * MS;
    return this;
  }

  run(status: RunStatus, params: Record<string, number> = PARAMS): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    const { variant } = this;
    this.add({ type: "run", status, pattern: "cache-invalidation", variant, params, seed: 1, text: "" });
    return this;
  }

  /** @param startedMs when its code began; absent: when its result is there */
  read(service: string, version: number | null, source: Source = "cache", startedMs?: number): this {
    const value = { source, value: version === null ? null : row(version), version, ms: 0 };
    return this.result(service, "read", { service, id: 1 }, { value }, startedMs);
  }
  update(version: number | null, id = 1): this {
    return this.result("admin", "update", { service: "admin", id, username: `ada.${version}` }, { value: { version } });
  }
  result(
    actor: string,
    name: string,
    body: Record<string, WireValue>,
    outcome: { value: WireValue } | { error: string },
    startedMs?: number,
  ): this {
    const startedUs = startedMs === undefined ? this.nowUs : T0 + startedMs * MS;
    const call = { actor, action: ++this.calls, name, body };
    this.add({ type: "result", ...call, ...outcome, decidedUs: null, startedUs, ms: 0 });
    return this;
  }

  command(actor: string, name: string, args: string[], value: WireValue, script?: string): this {
    const given = script ? [script, "2", ...args] : args;
    const ref = this.add({ type: "command", actor, action: 1, name, args: given, ...(script ? { script } : {}) });
    const serverUs: [number, number] = [this.nowUs, this.nowUs];
    this.add({ type: "reply", ref, actor, value, latencyUs: 1, serverOrder: 1, serverUs });
    return this;
  }
  query(actor: string, sql: string, values: WireValue[], rows: Record<string, WireValue>[]): this {
    const ref = this.add({ type: "query", actor, action: 1, sql, values });
    this.add({ type: "rows", ref, actor, rows, count: rows.length, latencyUs: 1 });
    return this;
  }

  remembers(actor: string, version: number | null, untilMs = 1000): this {
    const user = version === null ? null : row(version);
    const entries: Record<string, WireValue> = { "user:1": { user, untilMs: T0 / 1000 + untilMs } };
    this.add({ type: "memory", actor, entries });
    return this;
  }
  lane(service: string, status: "connected" | "closed" | "crashed"): this {
    this.add({ type: "actor", actor: `${service} (listening)`, index: 0, status });
    return this;
  }
  hears(service: string, message: string | null): this {
    this.add({ type: "message", actor: `${service} (listening)`, channel: "cache:invalidate", message });
    return this;
  }
  sees(version: number | null, ttlMs = 5000): this {
    const seen = version === null ? { kind: "none", ttlMs: -2 } : { kind: "string", ttlMs, value: json(version) };
    this.add({ type: "observation", keys: [{ key: "user:1", ...seen }] });
    return this;
  }
  add(event: NewEvent): number {
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

describe("the verdict", () => {
  it("is open until somebody reads; a read that begins within the bound may return either row", () => {
    const story = new Story();
    expect(judged(story.update(1, 7))).toMatchObject({ holds: null, text: "Nothing read yet." });
    const early = new Story().read("orders", 1);
    expect(judged(early)).toMatchObject({
      holds: true,
      text: "1 read, and no update after which one could be too old.",
    });
    expect(judged(early.at(100).update(2).at(1100).read("orders", 1))).toMatchObject({
      holds: true,
      text: "2 reads, none yet more than 1 s after an update of its row.",
      metrics: { reads: 2, updates: 1, judgedReads: 0, olderWithinBound: 1, longestStaleMs: 1000 },
    });
  });

  it("holds when such reads return the row as it was updated, or a newer one", () => {
    const story = new Story().update(2).at(1001).read("orders", 2).read("billing", 3, "local");
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "2 reads more than 1 s after an update: none returned an older row.",
      violations: [],
      metrics: { judgedReads: 2, staleReads: 0, localReads: 1, cacheReads: 1 },
    });
  });

  it("breaks when one returns an older row, and says who had it from where and how late", () => {
    const story = new Story().update(2).at(1500).read("billing", 1, "local");
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "billing read version 1 from its own copy 1.5 s after version 2 was acknowledged; at most 1 s is allowed.",
      violations: [{ seq: story.events.length }],
      metrics: { staleReads: 1, longestStaleMs: 1500 },
    });
    expect(judged(story.read("orders", 1)).text).toBe(
      "orders read version 1 from the shared copy 1.5 s after version 2 was acknowledged; at most 1 s is allowed. 2 such reads in all.",
    );
  });

  it("counts from the read's beginning, however late its answer comes", () => {
    const story = new Story().update(2).at(3000).read("orders", 1, "database", 900);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { staleReads: 0, olderWithinBound: 1 } });
  });

  it("asks of a read only what the newest update before the bound has made due", () => {
    const story = new Story().update(2).at(900).update(3).at(1500).read("orders", 2);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { olderWithinBound: 1, longestStaleMs: 600 } });
    expect(judged(story.at(2000).read("orders", 2))).toMatchObject({ holds: false, metrics: { staleReads: 1 } });
  });

  it("does not mind in which order two updates at once are acknowledged", () => {
    const story = new Story().update(3).update(2).at(1500).read("orders", 3);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { updates: 2 } });
    expect(judged(story.read("orders", 2))).toMatchObject({ holds: false });
  });

  it("claims nothing of rows that are not there, other rows, failed reads and failed updates", () => {
    const story = new Story().update(2, 7).update(null).at(1500).read("orders", 1).read("orders", null);
    story.result("orders", "read", { service: "orders", id: 7 }, { error: "The database does not answer." });
    story.result("admin", "update", { service: "admin", id: 1, username: "x" }, { error: "Connection is closed." });
    expect(judged(story)).toMatchObject({ holds: true, metrics: { reads: 2, updates: 1, judgedReads: 0 } });
  });

  it("starts afresh with every epoch, and takes the bound from the run", () => {
    const story = new Story()
      .update(2)
      .at(1500)
      .read("orders", 1)
      .run("configured", { ...PARAMS, staleBoundMs: 300 });
    expect(judged(story)).toMatchObject({ holds: null, metrics: { reads: 0, staleReads: 0 } });
    expect(judged(story.update(3).at(1801).read("orders", 2)).text).toMatch(/at most 300 ms is allowed/);
  });

  it("names the faults that came before what it found broken", () => {
    const story = new Story().update(2);
    story.add({ type: "fault", fault: "slow-database", target: "database", by: "person", text: "Every query waits." });
    expect(judged(story.at(1500).read("orders", 1)).text).toMatch(/allowed\. Before it: Every query waits\.$/);
  });

  it("counts the fills that were refused", () => {
    const fill = ["user:1", "user:1:lease", "token", json(1), "10000"];
    const story = new Story().command("orders", "EVALSHA", fill, 0, "fill-safe-2.lua");
    story.command("orders", "EVALSHA", fill, 1, "fill-safe-2.lua");
    expect(judged(story).metrics).toMatchObject({ refusedFills: 1 });
  });

  it("stays bounded and keeps up over thousands of updates and reads", () => {
    let state = invariant.initial(PARAMS);
    const story = new Story();
    for (let n = 0; n < 3000; n++)
      story
        .at(n * 2000)
        .update(n + 2, 1 + (n % 400))
        .at(n * 2000 + 1500)
        .read("orders", 1);
    for (const event of story.events) state = invariant.fold(state, event);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
    expect(invariant.judge(state)).toMatchObject({ holds: false });
  });
});

describe("bodies", () => {
  const body = (action: string) => pattern.actions.find(({ id }) => id === action)?.body;

  it("of an update need a row and a name; of a read, who reads", () => {
    expect(body("update")?.parse({ id: 1, username: "ada" })).toEqual({ id: 1, username: "ada", service: "admin" });
    expect(body("update")?.parse({ id: 2, username: "bob", service: "orders" })).toMatchObject({ service: "orders" });
    expect(body("read")?.parse({ service: "orders" })).toEqual({ service: "orders", id: 1 });
    for (const wrong of [{}, { service: "no spaces" }, { service: "orders", id: 0 }, { service: "orders", more: 1 }])
      expect(body("read")?.safeParse(wrong).success).toBe(false);
    for (const wrong of [{ id: 1 }, { username: "ada" }, { id: 1, username: "" }, { id: 1, username: "x".repeat(65) }])
      expect(body("update")?.safeParse(wrong).success).toBe(false);
  });

  it("where nobody listens there is nothing to cut off", () => {
    const actions = (id: string) => Object.keys(pattern.variants.find((variant) => variant.id === id)?.actions ?? {});
    expect(actions("as-written")).toEqual(["read", "update"]);
    for (const id of ["publish", "safe", "client-tracking"])
      expect(actions(id)).toEqual(["read", "update", "disconnect", "reconnect"]);
  });
});

const drawn = ({ events }: Story, nowMs: number, focus: string | null = null) => {
  let state = stage.initial();
  for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
  const [nodes, stat] = stage.panels(state, T0 + nowMs * MS, focus) as [NodesPanel, StatPanel];
  const box = (id: string) => nodes.nodes.find((one) => one.id === id);
  return { nodes, stat, box };
};

describe("the picture", () => {
  it("shows a service's own copy as its process remembers it, and how long it lasts", () => {
    const story = new Story().lane("orders", "connected").read("orders", 1).remembers("orders", 1, 800);
    expect(drawn(story, 300).box("orders")).toMatchObject({
      state: "listening",
      tone: "good",
      facts: [{ value: "ada.1, version 1" }, { value: "version 1, shared copy" }],
      ring: { ttlMs: 500, ofMs: 1000 },
    });
    expect(drawn(story, 900).box("orders")).toMatchObject({ facts: [{ value: "none" }, {}], ring: null });
    expect(drawn(story.remembers("orders", null), 300).box("orders")?.facts[0]).toEqual({
      label: "own copy",
      value: "none",
    });
  });

  it("marks copies as old once the database has a newer row", () => {
    const story = new Story().read("orders", 1).remembers("orders", 1).sees(1);
    expect(drawn(story, 0).box("orders")?.facts[0]).not.toMatchObject({ stale: true });
    story.query("admin", "UPDATE users SET username = $1 …", ["ada.2", 1], [{ version: 2 }]);
    const { box } = drawn(story, 0);
    expect(box("orders")?.facts[0]).toMatchObject({ stale: true });
    expect(box("redis")?.facts[0]).toMatchObject({ value: "ada.1, version 1", stale: true });
    expect(box("database")?.facts[0]).toMatchObject({ value: "ada.2, version 2" });
  });

  it("follows the shared copy by commands, by what a script answered, and by what was seen", () => {
    const fill = ["user:1", "user:1:lease", "token", json(2), "10000"];
    const shared = (story: Story) => drawn(story, 0).box("redis")?.facts[0]?.value;
    const story = new Story("as-written").command("orders", "PSETEX", ["user:1", "10000", json(1)], "OK");
    expect(drawn(story, 4000).box("redis")).toMatchObject({ ring: { ttlMs: 6000, ofMs: 10_000 } });
    expect(shared(story)).toBe("ada.1, version 1");
    expect(shared(story.command("admin", "DEL", ["user:1"], 1))).toBe("none");
    expect(shared(story.command("orders", "EVALSHA", fill, 0, "fill-safe-2.lua"))).toBe("none");
    expect(shared(story.command("orders", "EVALSHA", fill, 1, "fill-safe-2.lua"))).toBe("ada.2, version 2");
    expect(shared(story.command("orders", "GET", ["user:1"], null))).toBe("none");
    const found = [json(3), null];
    expect(shared(story.command("orders", "EVALSHA", ["user:1", "l"], found, "read-safe-2.lua"))).toBe(
      "ada.3, version 3",
    );
    story.add({ type: "key", event: "expired", key: "user:1" });
    expect(shared(story)).toBe("none");
    expect(shared(story.sees(4))).toBe("ada.4, version 4");
  });

  it("draws the message to who listens, and that the one who is cut off missed it", () => {
    const story = new Story("publish");
    for (const service of ["orders", "billing"]) story.lane(service, "connected").read(service, 1);
    story
      .lane("billing", "closed")
      .command("admin", "PUBLISH", ["cache:invalidate", "user:1"], 1)
      .hears("orders", "user:1");
    const { nodes, box } = drawn(story, 100);
    expect(nodes.messages).toMatchObject([
      { from: "redis", to: "billing", outcome: "missed", text: "user:1" },
      { from: "redis", to: "orders", outcome: "arrived", text: "user:1" },
    ]);
    expect(box("billing")).toMatchObject({ state: "cut off", tone: "bad" });
    expect(nodes.links).toEqual([
      { from: "redis", to: "orders", state: "up" },
      { from: "redis", to: "billing", state: "cut" },
    ]);
    expect(drawn(story, 5000).nodes.messages).toEqual([]);
    // Who listens again was away when it was sent.
    expect(drawn(story.lane("billing", "connected"), 100).nodes.messages[0]).toMatchObject({ outcome: "missed" });
  });

  it("tells of an empty message that it means everything, and of leases nothing", () => {
    const story = new Story("client-tracking").lane("orders", "connected").hears("orders", "user:1:lease");
    expect(drawn(story, 0).nodes.messages).toEqual([]);
    expect(drawn(story.hears("orders", null), 0).nodes.messages[0]?.text).toMatch(/^everything/);
  });

  it("shows that a late row was refused", () => {
    const fill = ["user:1", "user:1:lease", "token", json(1), "10000"];
    const story = new Story().read("orders", 1).command("orders", "EVALSHA", fill, 0, "fill-safe-2.lua");
    expect(drawn(story, 0).nodes.messages).toMatchObject([
      { from: "orders", to: "redis", outcome: "refused", text: "version 1 is refused" },
    ]);
  });

  it("shows at most five services, the one that was asked for among them", () => {
    const story = new Story();
    for (const service of ["a", "b", "c", "d", "e", "f", "g"]) story.read(service, 1);
    const services = (focus: string | null) =>
      drawn(story, 0, focus).nodes.nodes.flatMap(({ actor }) => (actor ? [actor] : []));
    expect(services(null)).toEqual(["a", "b", "c", "d", "e"]);
    expect(services("g")).toEqual(["b", "c", "d", "e", "g"]);
  });

  it("has nothing of before a reset, and keeps what services remember when Redis comes back empty", () => {
    const story = new Story().lane("orders", "connected").read("orders", 1).remembers("orders", 1).sees(1);
    const down = drawn(story.run("redis-down"), 0);
    expect(down.box("redis")).toMatchObject({ state: "down", facts: [{ value: "none" }] });
    expect(drawn(story.run("redis-up"), 0).box("orders")?.facts[0]).toMatchObject({ value: "ada.1, version 1" });
    expect(drawn(story.run("reset"), 0).nodes.nodes.map(({ id }) => id)).toEqual(["redis", "database"]);
  });

  it("counts where reads were answered", () => {
    const story = new Story().read("orders", 1, "database").read("orders", 1, "local").read("orders", 1, "local");
    story.update(2).at(1500).read("orders", 1, "local");
    expect(drawn(story, 1500).stat.items.map(({ value }) => value)).toEqual(["3", "0", "1", "1", "1.5"]);
  });

  it("marks a read that came too late with an older row, and says so", () => {
    const story = new Story().update(2).at(1500).read("orders", 1, "local").read("orders", 2);
    let state = stage.initial();
    for (const event of story.events) state = stage.fold(state, event);
    const lanes = stage.panels(state, T0 + 1500 * MS, null)[2];
    const marks = lanes?.kind === "lanes" ? lanes.lanes.find(({ actor }) => actor === "orders")?.marks : [];
    expect(marks).toMatchObject([
      { outcome: "no", text: "version 1, own copy, 1.5 s after version 2 was acknowledged" },
      { outcome: "yes" },
    ]);
  });
});

describe("sentences", () => {
  const said = (story: Story) => stage.say(story.events.at(-1) as RunEvent);
  const story = () => new Story();

  it("tell of reads, updates, messages and connections", () => {
    expect(said(story().read("orders", 2, "local"))).toBe("orders read ada.2, version 2, from its own copy.");
    expect(said(story().read("orders", null, "database"))).toBe("orders found no user 1.");
    expect(said(story().update(2))).toBe("admin renamed user 1 to ada.2: version 2.");
    expect(said(story().update(null))).toBe("admin found no user 1.");
    expect(said(story().hears("orders", "user:1"))).toBe("orders hears that user:1 has changed.");
    expect(said(story().hears("orders", null))).toBe("orders hears that everything has changed.");
    expect(said(story().lane("orders", "connected"))).toBe("orders begins to listen.");
    expect(said(story().lane("orders", "closed"))).toBe("orders's listening connection is gone.");
  });

  it("tell of a process that died once, and of failures", () => {
    const died = story();
    died.add({ type: "actor", actor: "orders", index: 0, status: "crashed" });
    expect(said(died)).toBe("orders's process is gone, with all its copies.");
    expect(said(died.lane("orders", "crashed"))).toBeNull();
    const failed = story().result("orders", "read", { service: "orders", id: 1 }, { error: "Connection is closed." });
    expect(said(failed)).toBe("orders's read failed: Connection is closed.");
  });

  it("say nothing of what is no news", () => {
    const event = story().command("orders", "GET", ["user:1"], null).events.at(-1) as EventOf<"reply">;
    expect(stage.say(event)).toBeNull();
  });
});
