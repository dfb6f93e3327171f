/** Books, verdict and picture of the counter, without Redis. */
import { describe, expect, it } from "vitest";
import type { LanesPanel, StatPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent } from "../../events";
import { invariant } from "./invariant";
import { pattern } from "./pattern";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;

type RunStatus = "started" | "reset" | "configured" | "redis-down" | "redis-up";

/** Writes traces as the recorder would: numbered, and in the order in which things were seen. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private order = 0;

  constructor(private readonly ordered = true) {
    this.run("started");
  }

  run(status: RunStatus, variant = "as-written"): this {
    if (status !== "started" && status !== "redis-down") this.epoch += 1;
    this.add({ type: "run", status, pattern: "counter", variant, params: {}, seed: 1, text: "" });
    return this;
  }

  /** @returns the seq that the reply refers to */
  send(action: number, name: string, args: string[] = [], multi = false): number {
    const batch = multi ? { batch: { id: action, kind: "multi" as const, index: 0 } } : {};
    return this.add({ type: "command", actor: `s${action}`, action, name, args, ...batch });
  }

  /** @param order the place in Redis' own order, when it is not that of the replies */
  reply(ref: number, answer: { value: string | number | null | string[] } | { error: string }, order?: number): this {
    this.order = order ?? this.order + 1;
    const serverOrder = this.ordered ? this.order : null;
    const { actor } = this.events[ref - 1] as EventOf<"command">;
    this.add({ type: "reply", ref, actor, ...answer, latencyUs: 1, serverOrder, serverUs: [T0, T0] });
    return this;
  }

  result(action: number, outcome: { value: number } | { error: string }, by = 1): this {
    const told = "value" in outcome ? { value: { value: outcome.value } } : outcome;
    const call = { actor: `s${action}`, action, name: "add", body: { service: `s${action}`, by } };
    this.add({ type: "result", ...call, ...told, decidedUs: [T0, T0], ms: 1 });
    return this;
  }

  see(value: number): this {
    this.add({ type: "observation", keys: [{ key: "counter", kind: "string", ttlMs: -1, value: String(value) }] });
    return this;
  }

  get(action: number, read: number | null): this {
    return this.reply(this.send(action, "GET", ["counter"]), { value: read === null ? null : String(read) });
  }
  set(action: number, sum: number): this {
    return this.reply(this.send(action, "SET", ["counter", String(sum)]), { value: "OK" });
  }
  exec(action: number, sum: number, value: string[] | null): this {
    this.send(action, "SET", ["counter", String(sum)], true);
    return this.reply(this.send(action, "EXEC", [], true), { value });
  }
  /** A whole add by INCRBY. */
  incrby(action: number, value: number, by = 1): this {
    return this.reply(this.send(action, "INCRBY", ["counter", String(by)]), { value }).result(action, { value }, by);
  }

  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: T0 + seq, epoch: this.epoch } as RunEvent);
    return seq;
  }
}

const judged = ({ events }: Story) => {
  let state = invariant.initial({});
  for (const event of events) state = JSON.parse(JSON.stringify(invariant.fold(state, event)));
  return invariant.judge(state);
};

describe("the verdict", () => {
  it("is open before the first add, and while the first is on its way", () => {
    const story = new Story();
    expect(judged(story)).toMatchObject({ holds: null, text: "Nothing added yet." });
    expect(judged(story.get(1, null))).toMatchObject({ holds: null });
  });

  it("holds when each reads what the one before wrote", () => {
    const story = new Story()
      .get(1, null)
      .set(1, 1)
      .result(1, { value: 1 })
      .get(2, 1)
      .set(2, 3)
      .result(2, { value: 3 }, 2);
    expect(judged(story)).toEqual({
      holds: true,
      text: "counter is 3, acknowledged adds sum to 3: none lost.",
      violations: [],
      metrics: { value: 3, acknowledged: 3, lost: 0, unknown: 0 },
    });
  });

  it("breaks when a sum overwrites another's, and says how many are lost", () => {
    const story = new Story()
      .get(1, null)
      .get(2, null)
      .set(1, 1)
      .result(1, { value: 1 })
      .set(2, 2)
      .result(2, { value: 2 }, 2);
    expect(judged(story)).toMatchObject({
      holds: false,
      text: "counter is 2, acknowledged adds sum to 3: 1 lost.",
      violations: [{ seq: story.events.length }],
      metrics: { value: 2, acknowledged: 3, lost: 1 },
    });
  });

  it("waits for rest: an add that is done proves nothing while another is on its way", () => {
    const story = new Story().get(1, null).get(2, null).set(2, 1).set(1, 1).result(1, { value: 1 });
    expect(judged(story)).toMatchObject({ holds: null });
    expect(judged(story.result(2, { value: 1 }))).toMatchObject({ holds: false, metrics: { lost: 1 } });
  });

  it("follows Redis' own order, not that of the replies", () => {
    const story = new Story();
    const [first, second] = [story.send(1, "INCRBY", ["counter", "1"]), story.send(2, "INCRBY", ["counter", "1"])];
    story.reply(second, { value: 2 }, 2).reply(first, { value: 1 }, 1);
    expect(judged(story.result(1, { value: 1 }).result(2, { value: 2 }))).toMatchObject({ holds: true });
  });

  it("follows the order of the replies where Redis' own is not known", () => {
    const story = new Story(false).get(1, null).get(2, null).set(1, 1).result(1, { value: 1 }).set(2, 1);
    expect(judged(story.result(2, { value: 1 }))).toMatchObject({ holds: false, metrics: { value: 1, lost: 1 } });
  });

  it("counts nothing for an EXEC that was refused", () => {
    const story = new Story().get(1, null).incrby(2, 1).exec(1, 1, null).get(1, 1).exec(1, 2, ["OK"]);
    expect(judged(story.result(1, { value: 2 }))).toMatchObject({
      holds: true,
      metrics: { value: 2, acknowledged: 2 },
    });
    const refused = new Story().incrby(2, 1).get(1, 1).exec(1, 2, null).result(1, { error: "Refused 100 times" });
    expect(judged(refused)).toMatchObject({ holds: true, metrics: { value: 1, unknown: 0 } });
  });

  it("takes an add for unknown when its write went out and no answer came, whether it went in or not", () => {
    const cut = () => {
      const story = new Story().incrby(1, 1);
      return story.reply(story.send(2, "INCRBY", ["counter", "4"]), { error: "Connection is closed." });
    };
    const failed = { error: "Connection is closed." };
    const text = "counter is 1, acknowledged adds sum to 1: none lost. Of 4 more nobody was told whether they went in.";
    expect(judged(cut().result(2, failed, 4))).toMatchObject({ holds: true, text, metrics: { unknown: 4 } });
    expect(judged(cut().result(2, failed, 4).incrby(3, 6))).toMatchObject({
      holds: true,
      metrics: { value: 6, acknowledged: 2, lost: 0, unknown: 4 },
    });
    expect(judged(cut().result(2, failed, 4).incrby(3, 7)).text).toMatch(/sum to 2: 1 too many\./);
  });

  it("knows that an add came to nothing when its write was never sent, or refused by Redis", () => {
    const died = new Story().incrby(1, 1).get(2, 1).result(2, { error: "This actor has crashed." });
    expect(judged(died).metrics).toMatchObject({ unknown: 0 });
    const full = new Story().incrby(1, 1);
    full.reply(full.send(2, "INCRBY", ["counter", "1"]), { error: "OOM command not allowed" });
    expect(judged(full.result(2, { error: "OOM command not allowed" })).metrics).toMatchObject({ unknown: 0 });
  });

  it("is not misled by an observation that was read before the last write", () => {
    const story = new Story().incrby(1, 1).see(1).incrby(2, 2).see(1);
    expect(judged(story)).toMatchObject({ holds: true, metrics: { value: 2 } });
  });

  it("believes what two observations say with no reply between them, and takes back what a later pair corrects", () => {
    const story = new Story().incrby(1, 5, 5).see(2).see(2);
    expect(judged(story)).toMatchObject({ holds: false, violations: [{}], metrics: { value: 2, lost: 3 } });
    expect(judged(story.see(5).see(5))).toMatchObject({ holds: true, violations: [], metrics: { lost: 0 } });
  });

  it("names a violation once for each time that more is lost", () => {
    const story = new Story();
    for (const action of [1, 3, 5]) {
      const value = (action + 1) / 2;
      story
        .get(action, value - 1)
        .get(action + 1, value - 1)
        .set(action, value)
        .set(action + 1, value);
      story.result(action, { value }).result(action + 1, { value });
    }
    story.see(3).see(3).see(3);
    expect(judged(story)).toMatchObject({ metrics: { lost: 3 } });
    expect(judged(story).violations).toHaveLength(3);
  });

  it("starts afresh with a reset and with a Redis that came back empty, and judges a dead one by what it held", () => {
    const lost = () => new Story().get(1, 0).incrby(2, 1).set(1, 1).result(1, { value: 1 });
    expect(judged(lost()).holds).toBe(false);
    expect(judged(lost().run("reset"))).toMatchObject({ holds: null, violations: [] });
    expect(judged(lost().run("redis-down"))).toMatchObject({ holds: false, metrics: { lost: 1 } });
    const back = lost().run("redis-down").run("redis-up").incrby(3, 1);
    expect(judged(back)).toMatchObject({ holds: true, violations: [], metrics: { value: 1, acknowledged: 1 } });
  });

  it("compares nothing when its books were opened on a counter that stood already", () => {
    const { events } = new Story().run("configured").incrby(1, 6);
    expect(judged({ events: events.slice(1) } as Story).holds).toBeNull();
  });

  it("keeps a small state, whatever the number of adds", () => {
    let state = invariant.initial({});
    const story = new Story();
    for (let i = 1; i <= 20_000; i++) story.incrby(i, i);
    for (const event of story.events) state = invariant.fold(state, event);
    expect(invariant.judge(state)).toMatchObject({ holds: true, metrics: { value: 20_000 } });
    expect(JSON.stringify(state).length).toBeLessThan(1000);
  });
});

describe("the picture", () => {
  const fold = ({ events }: Story) => {
    let state = stage.initial();
    for (const event of events) state = JSON.parse(JSON.stringify(stage.fold(state, event)));
    const [, books, inHand, lanes] = stage.panels(state, T0 + events.length, null);
    const valuesOf = (panel: unknown) =>
      Object.fromEntries((panel as StatPanel).items.map(({ label, value }) => [label, value]));
    return { books: valuesOf(books), inHand: valuesOf(inHand), lanes: (lanes as LanesPanel).lanes };
  };

  it("shows the counter beside what was acknowledged and lost", () => {
    const story = new Story().get(1, 0).get(2, 0).set(1, 1).result(1, { value: 1 }).set(2, 1).result(2, { value: 1 });
    expect(fold(story).books).toEqual({ "in Redis": "1", acknowledged: "2", lost: "1", "outcome unknown": "0" });
    expect(fold(story.run("redis-down")).books).toMatchObject({ "in Redis": "gone", acknowledged: "2" });
  });

  it("says step by step what each service holds in hand", () => {
    const story = new Story();
    const sent = story.send(1, "GET", ["counter"]);
    expect(fold(story).inHand).toEqual({ s1: "reading" });
    story.reply(sent, { value: "5" }).get(2, 5);
    expect(fold(story).inHand).toEqual({ s1: "read 5", s2: "read 5" });
    story.set(1, 6).result(1, { value: 6 });
    expect(fold(story).inHand).toEqual({ s1: "read 5, wrote 6", s2: "read 5" });
  });

  it("marks each add with what it read and wrote, and how often it was refused", () => {
    const story = new Story()
      .get(1, 5)
      .incrby(2, 6)
      .exec(1, 6, null)
      .get(1, 6)
      .exec(1, 7, ["OK"])
      .result(1, { value: 7 });
    const { lanes } = fold(story.result(3, { error: "Connection is closed." }));
    expect(lanes.map(({ actor, marks }) => [actor, marks.map(({ outcome, text }) => `${outcome}: ${text}`)])).toEqual([
      ["s1", ["yes: read 6, wrote 7, after EXEC was refused once"]],
      ["s2", ["yes: told 6"]],
      ["s3", ["no: failed: Connection is closed."]],
    ]);
  });

  it("keeps a dozen services and a bounded past, whatever the number of adds", () => {
    const story = new Story();
    for (let i = 1; i <= 1500; i++) story.incrby(i, i);
    expect(fold(story).lanes).toHaveLength(12);
  });

  it("says one sentence for an add, and one for a failed one", () => {
    const [, , , told] = new Story().incrby(1, 6, 2).events;
    expect(told && stage.say(told)).toBe("s1 added 2 and was told 6.");
    const [, failed] = new Story().result(1, { error: "Connection is closed." }).events;
    expect(failed && stage.say(failed)).toBe("s1's add failed: Connection is closed.");
    expect(stage.say(new Story().events[0] as RunEvent)).toBeNull();
  });
});

describe("the action", () => {
  const body = pattern.actions[0]?.body;

  it("takes a service and a whole number from 1 to 1000, and nothing else", () => {
    expect(body?.parse({ service: "orders" })).toEqual({ service: "orders", by: 1 });
    for (const by of [0, -1, 1.5, 1001, "2", null])
      expect(body?.safeParse({ service: "orders", by }).success).toBe(false);
    for (const service of ["", "-a", "__proto__", "a".repeat(65)])
      expect(body?.safeParse({ service }).success).toBe(false);
  });
});
