/** Books, verdict, picture and words of cache-aside, without Redis. */
import { describe, expect, it } from "vitest";
import type { FlowPanel, SeriesPanel, StatPanel } from "../../contract";
import type { NewEvent, RunEvent, WireValue } from "../../events";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const MS = 1000;
const PARAMS = { ttlMs: 5000, databaseMs: 80, instances: 20, leaseMs: 3000, negativeMs: 1000 };

const user = (id = 1, version = 1) => ({ id, username: `user${id}`, email: `user${id}@example.org`, version });

/** Writes traces as the recorder would, at a time that the story sets. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  /** ms since the beginning. */
  now = 0;

  constructor() {
    this.run("started");
  }

  at(ms: number): this {
    this.now = ms;
    return this;
  }

  run(status: "started" | "reset" | "configured" | "redis-down" | "redis-up", params: Record<string, number> = PARAMS) {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    this.add({ type: "run", status, pattern: "cache-aside", variant: "safe", params, seed: 1, text: "" });
    return this;
  }

  add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: T0 + this.now * MS, epoch: this.epoch } as RunEvent);
    return seq;
  }

  command(action: number, name: string, args: string[], script?: string): number {
    return this.add({
      type: "command",
      actor: `app-${action}`,
      action,
      name,
      args: script ? [script, ...args] : args,
      ...(script ? { script } : {}),
    });
  }

  reply(ref: number, value: WireValue, serverMs: readonly [number, number] = [this.now, this.now]): this {
    const serverUs: [number, number] = [T0 + serverMs[0] * MS, T0 + serverMs[1] * MS];
    const actor = (this.events[ref - 1] as { actor: string }).actor;
    const answer = value instanceof Object && "error" in value ? { error: String(value.error) } : { value };
    this.add({ type: "reply", ref, actor, ...answer, latencyUs: 1, serverOrder: null, serverUs });
    return this;
  }

  /** Looks, and finds nothing. */
  miss(action: number, id = 1): this {
    return this.reply(this.command(action, "GET", [`user:${id}`]), null);
  }

  lease(action: number, told: [string, string | number], id = 1, leaseMs = 3000): this {
    const args = ["2", `user:${id}`, `lease:user:${id}`, `token-${action}`, String(leaseMs), ""];
    return this.reply(this.command(action, "EVALSHA", args, "lease-safe-2.lua"), told);
  }

  select(action: number, id = 1): number {
    return this.add({
      type: "query",
      actor: `app-${action}`,
      action,
      sql: "SELECT * FROM users WHERE id = $1",
      values: [id],
      injectedMs: 80,
    });
  }

  rows(ref: number, error?: string): this {
    const answer = error === undefined ? { rows: [user()], count: 1 } : { error };
    this.add({ type: "rows", ref, actor: "app", ...answer, latencyUs: 300 });
    return this;
  }

  setex(action: number, id = 1, ttlMs = 5000): number {
    return this.command(action, "PSETEX", [`user:${id}`, String(ttlMs), JSON.stringify(user(id))]);
  }
  fill(action: number, stored: 0 | 1, id = 1): this {
    const args = ["2", `user:${id}`, `lease:user:${id}`, `token-${action}`, "{}", "4000"];
    return this.reply(this.command(action, "EVALSHA", args, "fill-safe-2.lua"), stored);
  }

  result(
    action: number,
    source: "cache" | "database",
    more: { ms?: number; id?: number; version?: number } = {},
  ): this {
    const { ms = 0, id = 1, version = 1 } = more;
    return this.done(action, { value: { source, value: user(id, version), ms } }, id);
  }
  fail(action: number, error: string): this {
    return this.done(action, { error }, 1);
  }
  private done(action: number, outcome: { value: WireValue } | { error: string }, id: number): this {
    const nowUs = T0 + this.now * MS;
    const body = { id, instance: `app-${action}` };
    const call = { actor: `app-${action}`, action, name: "read", body };
    this.add({ type: "result", ...call, ...outcome, decidedUs: [nowUs, nowUs], ms: 1 });
    return this;
  }

  hit(action: number, more: { id?: number; version?: number } = {}): this {
    const { id = 1, version = 1 } = more;
    this.reply(this.command(action, "GET", [`user:${id}`]), JSON.stringify(user(id, version)));
    return this.result(action, "cache", more);
  }

  /** A whole read that loads: looks, asks, stores. */
  load(action: number, id = 1): this {
    this.miss(action, id).rows(this.select(action, id));
    return this.reply(this.setex(action, id), "OK").result(action, "database", { ms: 80, id });
  }

  crash(actor: string): this {
    this.add({ type: "actor", actor, index: 0, status: "crashed" });
    return this;
  }

  update(version: number, id = 1): this {
    const sql = "UPDATE users SET username = $2, version = version + 1 WHERE id = $1 RETURNING version";
    const ref = this.add({ type: "query", actor: "you", action: 900, sql, values: [id, "new"] });
    this.add({ type: "rows", ref, actor: "you", rows: [{ version }], count: 1, latencyUs: 1 });
    return this;
  }
}

const judged = ({ events }: Story) => {
  let state = invariant.initial(PARAMS);
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};

describe("the verdict", () => {
  it("is open before anybody has asked the database", () => {
    expect(judged(new Story())).toMatchObject({ holds: null, text: "Nobody has asked the database yet." });
    expect(judged(new Story().hit(1))).toMatchObject({ holds: null, metrics: { reads: 1, hits: 1, hitRate: 100 } });
  });

  it("holds while one reader loads after the other, each time until the row is stored", () => {
    const story = new Story().load(1).hit(2).at(6000).load(3).load(4, 7);
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "At most 1 SELECT for one fill; 3 SELECTs and 3 fills in all.",
      violations: [],
      metrics: { reads: 4, hits: 1, hitRate: 25, selects: 3, fills: 3, mostSelects: 1 },
    });
  });

  it("breaks when a second reader asks what the first is loading, and counts all who did as one breach", () => {
    const story = new Story();
    const queries = [1, 2, 3, 4].map((action) => story.miss(action).select(action));
    for (const query of queries) story.rows(query);
    for (const action of [1, 2, 3, 4]) story.reply(story.setex(action), "OK").result(action, "database", { ms: 80 });
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1: 4 SELECTs for one fill, 1 allowed.",
      violations: [{ text: "user:1: 4 SELECTs and no fill yet, 1 allowed." }],
      metrics: { mostSelects: 4, selects: 4 },
    });
    const [violation] = judged(story).violations;
    expect(story.events[(violation?.seq ?? 0) - 1]).toMatchObject({ type: "query", actor: "app-2" });
    expect(judged(story.at(9000).load(5)).violations).toHaveLength(1);
  });

  it("names a breach for each fill that took more than one", () => {
    const story = new Story();
    for (const [first, second] of [
      [1, 2],
      [3, 4],
    ] as const) {
      story.miss(first).miss(second).select(first);
      story.select(second);
      story.reply(story.setex(first), "OK").reply(story.setex(second), "OK");
    }
    expect(judged(story).violations).toHaveLength(2);
  });

  it("breaks for a row that does not exist and is never stored", () => {
    const story = new Story();
    for (const action of [1, 2, 3])
      story.miss(action, 9001).rows(story.select(action, 9001)).result(action, "database", { id: 9001 });
    expect(judged(story)).toMatchObject({ holds: false, text: "user:9001: 3 SELECTs and no fill yet, 1 allowed." });
  });

  it("allows one more for a loader that crashed, and says who it was", () => {
    const story = new Story().miss(1).lease(1, ["granted", ""]);
    story.select(1);
    story.crash("app-1").fail(1, "This actor has crashed: its connection is gone.");
    story.at(3001).miss(2).lease(2, ["granted", ""]).rows(story.select(2)).fill(2, 1).result(2, "database");
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "user:1: 2 SELECTs for one fill, 2 allowed (app-1 crashed while it loaded).",
      metrics: { crashedLoaders: 1, failedReads: 1 },
    });
  });

  it("allows only one more, however many come after the crash", () => {
    const story = new Story().miss(1);
    story.select(1);
    story.crash("app-1");
    for (const action of [2, 3, 4]) story.select(action);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "user:1: 4 SELECTs and no fill yet, 2 allowed (app-1 crashed while it loaded).",
    });
  });

  it("does not take those who asked before the crash for its successors", () => {
    const story = new Story();
    for (const action of [1, 2]) story.select(action);
    expect(judged(story.crash("app-1"))).toMatchObject({ holds: false, metrics: { mostSelects: 2 } });
  });

  it("allows one more for a loader whose query failed, and for one that outlived its lease", () => {
    const failed = new Story().lease(1, ["granted", ""]);
    failed.rows(failed.select(1), "The database does not answer").fail(1, "The database does not answer");
    failed.at(600).lease(2, ["granted", ""]).rows(failed.select(2)).fill(2, 1);
    expect(judged(failed).text).toBe(
      "user:1: 2 SELECTs for one fill, 2 allowed (app-1 got no answer from the database).",
    );
    const late = new Story().lease(1, ["granted", ""]);
    const query = late.select(1);
    late.at(3001).lease(2, ["granted", ""]);
    late.select(2);
    late.at(3500).rows(query).fill(1, 0).fill(2, 1);
    expect(judged(late)).toMatchObject({
      holds: true,
      text: "user:1: 2 SELECTs for one fill, 2 allowed (app-1 outlived its lease).",
      metrics: { lateLoaders: 1 },
    });
  });

  it("allows the SELECT of a loader whose own lease had ended before it asked: another one is loading by then", () => {
    const story = new Story().lease(1, ["granted", ""]).at(3001).lease(2, ["granted", ""]);
    story.select(2);
    story.select(1);
    expect(judged(story)).toMatchObject({
      holds: true,
      text: "user:1: 2 SELECTs and no fill yet, 2 allowed (app-1 outlived its lease).",
    });
    story.at(3002).lease(3, ["granted", ""]);
    story.select(3);
    expect(judged(story)).toMatchObject({ holds: false });
  });

  it("breaks when a lease is granted before the other one has ended", () => {
    const story = new Story().lease(1, ["granted", ""]);
    story.select(1);
    story.at(2999).lease(2, ["granted", ""]);
    story.select(2);
    expect(judged(story)).toMatchObject({ holds: false });
  });

  it("claims nothing of a SELECT that was sent while a fill was on its way, unless Redis' time tells", () => {
    const meanwhile = (serverMs: readonly [number, number]) => {
      const story = new Story();
      story.select(1);
      const setex = story.at(100).setex(1);
      story.at(105).select(2);
      story.at(130).reply(setex, "OK", serverMs);
      return story;
    };
    expect(judged(meanwhile([100, 130]))).toMatchObject({ holds: true });
    expect(judged(meanwhile([110, 110]))).toMatchObject({ holds: false });
    const after = meanwhile([101, 101]);
    expect(judged(after)).toMatchObject({ holds: true });
    after.select(3);
    expect(judged(after)).toMatchObject({ holds: false });
  });

  it("is not misled by a script that is sent twice, because Redis did not know it", () => {
    const story = new Story().lease(1, ["granted", ""]).rows(2);
    story.select(1);
    const args = ["2", "user:1", "lease:user:1", "token-1", "{}", "4000"];
    story.reply(story.command(1, "EVALSHA", args, "fill-safe-2.lua"), { error: "NOSCRIPT No matching script." });
    expect(judged(story.fill(1, 1))).toMatchObject({ holds: true, metrics: { fills: 1, failedLoaders: 0 } });
  });

  it("names the faults that were pulled before it broke", () => {
    const story = new Story();
    story.add({ type: "fault", fault: "kill-redis", target: "redis", by: "person", text: "kill -9 1: gone." });
    for (const action of [1, 2]) story.select(action);
    expect(judged(story).text).toMatch(/1 allowed\. Before it: kill -9 1: gone \(pulled by a person\)\.$/);
  });

  it("starts afresh with each epoch", () => {
    const story = new Story();
    for (const action of [1, 2]) story.select(action);
    expect(judged(story.run("reset"))).toMatchObject({ holds: null, violations: [] });
    expect(judged(story.load(3))).toMatchObject({ holds: true });
  });

  it("stays bounded: 3,000 rows that are not there, asked for by 3,000 calls", () => {
    let state = invariant.initial(PARAMS);
    const story = new Story();
    for (let i = 1; i <= 3000; i++)
      story
        .at(i)
        .miss(i, 10_000 + i)
        .rows(story.select(i, 10_000 + i));
    for (const event of story.events) state = invariant.fold(state, event);
    expect(JSON.stringify(state).length).toBeLessThan(500_000);
  });
});

describe("the meters", () => {
  it("tell how long the reads took: half of them and 99 in 100", () => {
    const story = new Story();
    for (let i = 1; i <= 98; i++) story.hit(i);
    for (const [action, ms] of [
      [99, 80],
      [100, 640],
    ] as const)
      story.miss(action).result(action, "database", { ms });
    expect(judged(story).metrics).toMatchObject({ readP50Ms: 0, readP99Ms: 80, hitRate: 98 });
  });

  it("count the most SELECTs within a quarter of a second, and apart those for keys that had been there", () => {
    const story = new Story();
    for (let id = 1; id <= 40; id++) story.load(id, id);
    for (let id = 1; id <= 40; id++) story.at(6000 + id * 50).load(100 + id, id);
    expect(judged(story).metrics).toMatchObject({ selectsPeak: 40, reloadsPeak: 5 });
  });

  it("tell how many keys end within one quarter of a second: all of one moment, or few of many moments", () => {
    const together = new Story();
    for (let id = 1; id <= 40; id++) together.load(id, id);
    expect(judged(together).metrics).toMatchObject({ expiriesPeak: 40 });
    const apart = new Story();
    for (let id = 1; id <= 40; id++) apart.reply(apart.setex(id, id, 3000 + id * 50), "OK");
    expect(judged(apart).metrics).toMatchObject({ expiriesPeak: 5 });
    // A key that is stored again ends once, later.
    for (let i = 0; i < 3; i++) apart.reply(apart.setex(1, 1, 9000), "OK");
    expect(judged(apart).metrics).toMatchObject({ expiriesPeak: 5 });
  });

  it("tell how old an answer was: since the first change that it does not show", () => {
    const story = new Story().load(1).at(1000).update(2).at(2000).update(3).at(2500).hit(2, { version: 1 });
    expect(judged(story).metrics).toMatchObject({ staleReads: 1, stalestMs: 1500 });
    expect(judged(story.hit(3, { version: 2 })).metrics).toMatchObject({ staleReads: 2, stalestMs: 1500 });
    expect(judged(story.hit(4, { version: 3 })).metrics).toMatchObject({ staleReads: 2 });
  });
});

// ---------------------------------------------------------------- the stage

const shown = ({ events, now }: Story, afterMs = 0) => {
  const state = events.reduce((before, event) => stage.fold(before, event), stage.initial());
  const copied = JSON.parse(JSON.stringify(state));
  expect(copied).toEqual(state);
  const [flow, stat, series] = stage.panels(copied, T0 + (now + afterMs) * MS, null);
  return { flow: flow as FlowPanel, stat: stat as StatPanel, series: series as SeriesPanel };
};
const heads = (flow: FlowPanel) => flow.columns.map(({ count, unit, note }) => `${count} ${unit} ${note}`.trim());
const marks = (flow: FlowPanel) =>
  flow.lanes.flatMap(({ actor, dots }) => dots.map(({ at, mark }) => `${actor} ${at} ${mark}`));

describe("the picture", () => {
  it("is empty before anybody reads", () => {
    const { flow, stat } = shown(new Story());
    expect(heads(flow)).toEqual(["0 readers 0 instances", "0 hits", "0 SELECTs"]);
    expect(flow.ring).toMatchObject({ key: "", leftMs: null });
    expect(stat.items.map(({ value }) => value)).toEqual(["–", "0", "–", "–", "0"]);
  });

  it("shows every reader as far as it has got, and where its way has ended", () => {
    const story = new Story().miss(1).lease(1, ["granted", ""]);
    const query = story.select(1);
    story.miss(2).lease(2, ["wait", 2990]).miss(3);
    expect(marks(shown(story).flow)).toEqual(["app-1 database query", "app-2 cache waits", "app-3 cache asks"]);
    expect(heads(shown(story).flow)).toEqual(["3 readers 3 instances", "0 hits 1 waiting", "1 SELECT for 1 key"]);
    story.at(80).rows(query).fill(1, 1).result(1, "database", { ms: 80 });
    story.at(90).lease(2, ["entry", "{}"]).result(2, "cache", { ms: 90 }).fail(3, "Connection is closed.");
    const { flow } = shown(story, 60_000);
    expect(marks(flow)).toEqual(["app-1 database query", "app-2 cache hit", "app-3 cache failed"]);
    expect(heads(flow)).toEqual(["3 readers 1 without an answer", "1 hit 1 had to wait", "1 SELECT for 1 key"]);
    expect(flow.legend).toMatchObject({ waits: "waits for the loader", failed: "no answer" });
  });

  it("begins a new wave when somebody comes after a quiet second, and drops who is done while others keep coming", () => {
    const story = new Story().load(1).at(900).hit(2);
    expect(heads(shown(story).flow)[0]).toBe("2 readers 2 instances");
    story.at(1700).hit(3);
    expect(marks(shown(story).flow)).toHaveLength(2);
    expect(shown(story).flow.more).toBe(1);
    story.at(2800).hit(4);
    expect(heads(shown(story).flow)).toEqual(["1 reader 4 instances", "1 hit", "0 SELECTs"]);
  });

  it("counts beyond 600 instead of drawing, and keeps those at the database", () => {
    const herd = new Story();
    for (let i = 1; i <= 1000; i++) {
      const ref = herd.add({ type: "command", actor: `app-${i % 20}`, action: i, name: "GET", args: ["user:1"] });
      herd.reply(ref, null);
      if (i <= 50)
        herd.add({ type: "query", actor: `app-${i % 20}`, action: i, sql: "SELECT * FROM users", values: [1] });
      else herd.result(i, "cache");
    }
    const { flow } = shown(herd);
    expect(flow.lanes.flatMap(({ dots }) => dots)).toHaveLength(600);
    expect(flow.lanes.flatMap(({ dots }) => dots).filter(({ at }) => at === "database")).toHaveLength(50);
    expect(flow.more).toBe(400);
    expect(heads(flow)).toEqual(["1000 readers 20 instances", "950 hits", "50 SELECTs for 1 key"]);
  });

  it("counts the time of the hottest key down, and shows when the others end", () => {
    const story = new Story().load(1).load(2, 2).hit(3).hit(4);
    const { ring } = shown(story, 2000).flow;
    expect(ring).toMatchObject({ key: "user:1", leftMs: 3000, ofMs: 5000 });
    expect(ring.ends.map((count, part) => (count ? `${part}: ${count}` : "")).filter(Boolean)).toEqual(["24: 2"]);
    expect(shown(story, 5001).flow.ring).toMatchObject({ leftMs: null });
    story.add({ type: "key", event: "del", key: "user:1" });
    expect(shown(story, 1).flow.ring.leftMs).toBeNull();
  });

  it("keeps readers and keys when only parameters change, and forgets them with a reset", () => {
    const story = new Story().load(1).run("configured", { ...PARAMS, ttlMs: 8000 });
    expect(shown(story).flow).toMatchObject({ ring: { key: "user:1", ofMs: 8000 } });
    expect(heads(shown(story.run("reset")).flow)).toEqual(["0 readers 1 instances", "0 hits", "0 SELECTs"]);
    expect(shown(new Story().load(1).run("redis-down")).flow).toMatchObject({
      columns: [{}, { title: "Redis is down" }, {}],
      ring: { leftMs: null },
    });
  });

  it("tells the numbers with their units", () => {
    const story = new Story().load(1).at(100).hit(2).at(500).update(2).at(900).hit(3);
    expect(shown(story).stat.items).toEqual([
      { label: "hit rate", value: "66.6", unit: "%" },
      { label: "SELECTs in the last second", value: "1" },
      { label: "median read", value: "0", unit: "ms" },
      { label: "99th percentile of 3", value: "80", unit: "ms" },
      { label: "last answer out of date by, at most 400 ms", value: "400", unit: "ms" },
    ]);
    expect(shown(story, 1000).stat.items[1]).toMatchObject({ value: "0" });
  });

  it("draws SELECTs per quarter of a second as steps that end", () => {
    const story = new Story().at(10);
    for (let i = 1; i <= 7; i++) story.select(i);
    const { series } = shown(story, 2000);
    expect(series.max).toBe(7);
    const [line] = series.lines;
    expect(line?.points.map(({ value }) => value)).toEqual([0, 0, 7, 7, 0, 0]);
  });

  it("stays small, whatever the length of the trace", () => {
    let state = stage.initial();
    const story = new Story();
    for (let i = 1; i <= 4000; i++) story.at(i * 3).load(i, 1 + (i % 3000));
    for (const event of story.events) state = stage.fold(state, event);
    expect(JSON.stringify(state).length).toBeLessThan(200_000);
  });
});

describe("the words", () => {
  const said = (event: NewEvent) => stage.say({ ...event, seq: 1, atUs: T0, epoch: 0 } as RunEvent);
  const last = (story: Story) => stage.say(story.events.at(-1) as RunEvent);

  it("say one sentence for what is worth one", () => {
    expect(last(new Story().result(3, "database", { ms: 1080 }))).toBe(
      "app-3 got user:1 from the database after 1,080 ms.",
    );
    expect(last(new Story().fail(3, "A moment ago user:1 could not be loaded."))).toBe(
      "app-3 got no answer: A moment ago user:1 could not be loaded.",
    );
    const story = new Story();
    story.select(2);
    expect(last(story)).toBe("app-2 asks the database for user:1.");
    expect(stage.say(new Story().update(2).events.at(-2) as RunEvent)).toBe(
      "The row of user 1 is changed; the cache is not told.",
    );
    expect(said({ type: "key", event: "expired", key: "user:1" })).toBe("Redis deleted user:1, whose time was over.");
    expect(said({ type: "key", event: "expired", key: "lease:user:1" })).toBeNull();
    expect(
      said({
        type: "result",
        actor: "you",
        action: 1,
        name: "herd",
        body: { id: 1, readers: 500 },
        value: { readers: 500, hits: 499, loads: 1, failed: 0, tookMs: 90 },
        decidedUs: null,
        ms: 90,
      }),
    ).toBe("500 readers at once: 499 answered by the cache, 1 by the database.");
  });
});

describe("the actions", () => {
  const action = (id: string) => pattern.actions.find((one) => one.id === id);

  it("take an id and an instance, and nothing else", () => {
    const read = action("read");
    expect(read?.body.parse({})).toEqual({ id: 1, instance: "app-1" });
    for (const bad of [{ id: 0 }, { id: 1.5 }, { id: "1" }, { id: 1_000_001 }, { instance: "-a" }, { more: 1 }])
      expect(read?.body.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    for (const readers of [0, 1001, 2.5]) expect(action("herd")?.body.safeParse({ readers }).success).toBe(false);
  });

  it("spread a herd over the instances in turn, and sum up what came of it", () => {
    const spread = action("herd")?.spread;
    const bodies = spread?.bodies({ id: 7, readers: 45 }, { ...PARAMS, instances: 20 }) ?? [];
    expect(bodies).toHaveLength(45);
    expect(bodies[0]).toEqual({ id: 7, instance: "app-1" });
    expect(bodies[44]).toEqual({ id: 7, instance: "app-5" });
    const read = (source: string) => ({ source, value: null, ms: 1 });
    expect(spread?.sum([read("cache"), read("cache"), read("database"), null], 12.4)).toEqual({
      readers: 4,
      hits: 2,
      loads: 1,
      failed: 1,
      tookMs: 12,
    });
  });

  it("are a workload's reads and writes: an answer tells which write it shows", () => {
    const { rows } = pattern;
    expect(rows?.read(3, 1)).toEqual({ action: "read", body: { id: 3, instance: "app-2" } });
    expect(rows?.write(3, 17, 1)).toEqual({ action: "update", body: { id: 3, username: "write-17" } });
    const told = (username: string, source = "cache") => rows?.seen({ source, value: { ...user(3), username }, ms: 0 });
    expect(told("write-17")).toEqual({ n: 17, hit: true });
    expect(told("user3", "database")).toEqual({ n: 0, hit: false });
  });

  it("have an invariant that fits a projector", () => {
    expect(pattern.invariant.text.length).toBeLessThanOrEqual(110);
  });
});
