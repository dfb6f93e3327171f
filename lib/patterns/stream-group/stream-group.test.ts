/** Books, verdict and picture of a stream and its groups, without Redis. */
import { describe, expect, it } from "vitest";
import type { StatPanel, TapePanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { GRACE_MS } from "./books";
import { SHOWN } from "./entries";
import { invariant } from "./invariant";
import { stage } from "./stage";

const T0 = 1_790_000_000_000_000;
const MS = 1000;
const PARAMS = { claimIdleMs: 3000, pollMs: 500, databaseMs: 200, maxDeliveries: 3, retentionMs: 60_000, maxLen: 5 };
/** As long as nobody is to blame. */
const BOUND_MS = 3000 + 500 + 200 + GRACE_MS;
const GROUP = "email-workers";

/** Writes traces as the recorder would. Times in ms after the beginning. */
class Story {
  readonly events: RunEvent[] = [];
  private epoch = 0;
  private nowUs = T0;
  private calls = 0;
  private count = 0;

  constructor(readonly variant = "safe") {
    this.run("started");
  }
  at(ms: number): this {
    this.nowUs = T0 + ms * MS;
    return this;
  }
  run(status: "started" | "reset" | "configured" | "redis-up", params: Record<string, number> = PARAMS): this {
    if (status !== "started") this.epoch += 1;
    return this.push({
      type: "run",
      status,
      pattern: "stream-group",
      variant: this.variant,
      params,
      seed: 1,
      text: "",
    });
  }
  /** @returns the ids of the new entries */
  adds(...payloads: string[]): string[] {
    return payloads.map((payload) => {
      const id = this.nextId();
      const how = this.variant === "maxlen" ? ["MAXLEN", String(PARAMS.maxLen), "*"] : ["*"];
      this.asks("producer", "XADD", ["jobs", ...how, "type", "email", "payload", payload], id);
      return id;
    });
  }
  nextId = (): string => `${(this.nowUs - T0) / MS + 1000}-${this.count++}`;
  creates(from: string, group = GROUP): this {
    return this.asks("m1", "XGROUP", ["CREATE", "jobs", group, from, "MKSTREAM"], "OK");
  }
  starts(consumer: string, group = GROUP): this {
    return this.result(
      consumer,
      "start-consumer",
      { consumer, group },
      { started: true, own: 0, read: 0, done: 0, failed: 0 },
    );
  }
  stops(consumer: string, group = GROUP): this {
    return this.result(consumer, "stop-consumer", { consumer, group }, { stopped: true });
  }
  dies(actor: string): this {
    return this.push({ type: "actor", actor, index: 1, status: "crashed" });
  }
  reads(consumer: string, ids: readonly string[], group = GROUP, from = ">"): this {
    const args = ["GROUP", group, consumer, "COUNT", "10", "STREAMS", "jobs", from];
    return this.asks(consumer, "XREADGROUP", args, ids.length > 0 ? ["jobs", ids.map(entry)] : null);
  }
  claims(consumer: string, ids: readonly string[], deleted: string[] = []): this {
    return this.asks(consumer, "XAUTOCLAIM", ["jobs", GROUP, consumer, "3000", "0"], ["0-0", ids.map(entry), deleted]);
  }
  acks(consumer: string, ids: readonly string[], group = GROUP): this {
    return this.asks(consumer, "XACK", ["jobs", group, ...ids], ids.length);
  }
  buries(consumer: string, ids: string[]): this {
    const script = "bury-safe-2.lua";
    const args = [script, "2", "jobs", "jobs:dead", GROUP, consumer, "3", "1", ...ids];
    return this.asks(consumer, "EVALSHA", args, ids, script);
  }
  trims(count: number): this {
    return this.asks("m1", "EVALSHA", ["trim-safe-1.lua", "1", "jobs", "60000"], count, "trim-safe-1.lua");
  }
  takesEffect(consumer: string, id: string, rows: number): this {
    const sql = "INSERT INTO effects (worker_group, entry_id, consumer) VALUES ($1, $2, $3)";
    const ref = this.add({ type: "query", actor: consumer, action: 1, sql, values: [GROUP, id, consumer] });
    return this.push({ type: "rows", ref, actor: consumer, rows: [], count: rows, latencyUs: 1 });
  }
  /** Something that happens in between. */
  passes(): this {
    return this.push({ type: "clock", offsetUs: 0, deltaUs: 1, reason: "everyone sleeps" });
  }
  asks(actor: string, name: string, args: string[], value: WireValue, script?: string): this {
    const ref = this.add({ type: "command", actor, action: 1, name, args, ...(script ? { script } : {}) });
    return this.push({
      type: "reply",
      ref,
      actor,
      value,
      latencyUs: 1,
      serverOrder: null,
      serverUs: [this.nowUs, this.nowUs],
    });
  }
  result(actor: string, name: string, body: Record<string, WireValue>, value: WireValue, error?: string): this {
    const action = ++this.calls;
    const outcome = error === undefined ? { value } : { error };
    return this.push({ type: "result", actor, action, name, body, ...outcome, decidedUs: null, ms: 1 });
  }

  get last(): RunEvent {
    return this.events.at(-1) as RunEvent;
  }
  judge() {
    return invariant.judge(this.events.reduce(invariant.fold, invariant.initial(PARAMS)));
  }
  panels(focus: string | null = null) {
    const state = this.events.reduce(stage.fold, stage.initial());
    const [tape, stat] = stage.panels(state, this.nowUs, focus) as [TapePanel, StatPanel];
    return { tape, stat, state };
  }
  private push(event: NewEvent): this {
    this.add(event);
    return this;
  }
  private add(event: NewEvent): number {
    const seq = this.events.length + 1;
    this.events.push({ ...event, seq, atUs: this.nowUs, epoch: this.epoch } as RunEvent);
    return seq;
  }
}
const entry = (id: string): WireValue => [id, ["type", "email", "payload", `job ${id}`]];
const texts = (story: Story) => story.judge().violations.map(({ text }) => text);

describe("the verdict", () => {
  it("is open before anything happened, without a group, and while something is still to be done", () => {
    const story = new Story();
    expect(story.judge()).toMatchObject({ holds: null, text: "No entry yet." });
    const ids = story.adds("a", "b");
    expect(story.judge()).toMatchObject({ holds: null, text: "2 entries, and no group that reads them." });
    story.creates("0").starts("m1").reads("m1", ids).acks("m1", ids.slice(0, 1));
    expect(story.judge()).toMatchObject({
      holds: null,
      text: "2 entries for email-workers: 1 acked, 1 still to be done.",
    });
    expect(story.acks("m1", ids.slice(1)).judge()).toMatchObject({ holds: true, metrics: { acked: 2, unfinished: 0 } });
  });

  it("waits for every group", () => {
    const story = new Story().creates("0").creates("0", "analytics");
    const ids = story.adds("a");
    story.reads("m1", ids).acks("m1", ids);
    expect(story.judge()).toMatchObject({ holds: null, metrics: { unfinished: 1 } });
    story.reads("c1", ids, "analytics").acks("c1", ids, "analytics");
    expect(story.judge().text).toBe("1 entry for 2 groups: 2 acked, none left and none twice.");
  });

  it("knows a group that is read from, though nobody was seen to make it", () => {
    const story = new Story().creates("0").starts("m1").run("redis-up");
    const ids = story.adds("a");
    story.reads("m1", ids).acks("m1", ids);
    expect(story.judge()).toMatchObject({ holds: true, metrics: { acked: 1, unfinished: 0 } });
  });

  it("counts dead letters as done", () => {
    const story = new Story().creates("0");
    const ids = story.adds("a");
    story.reads("m1", ids).claims("m1", ids).buries("m1", ids);
    expect(story.judge()).toMatchObject({ holds: true, metrics: { dead: 1, pending: 0, redelivered: 1 } });
  });

  it("breaks when a group begins after entries that are there, not when there are none", () => {
    const story = new Story("as-written");
    story.adds("a", "b");
    story.creates("$");
    expect(texts(story)).toEqual(["email-workers begins after 2 entries that nobody will give it ($)."]);
    expect(new Story("as-written").creates("$").judge().violations).toEqual([]);
  });

  it("breaks once for an entry that idles beyond the bound while somebody works", () => {
    const story = new Story().creates("0").starts("m1").starts("m2");
    const ids = story.adds("a");
    story.reads("m1", ids).dies("m1").at(BOUND_MS).passes();
    expect(story.judge().violations).toEqual([]);
    story
      .at(BOUND_MS + 100)
      .passes()
      .at(BOUND_MS + 500)
      .passes();
    const [id] = ids;
    expect(texts(story)).toEqual([`“job ${id}” idles in email-workers: m1 is dead, and nobody takes it over.`]);
  });

  it("blames nobody while nobody of the group works, and gives who comes back a turn", () => {
    const story = new Story().creates("0").starts("m1");
    const ids = story.adds("a");
    story.reads("m1", ids).dies("m1").at(60_000).passes().starts("m2").at(61_600).passes();
    expect(story.judge().violations).toEqual([]);
    expect(story.at(61_800).passes().judge().violations.length).toBe(1);
    const other = new Story().creates("0").creates("0", "analytics").starts("c1", "analytics").starts("m1");
    const more = other.adds("a");
    other.reads("m1", more).dies("m1").at(60_000).passes();
    expect(other.judge().violations).toEqual([]);
  });

  it("starts the idle time afresh with each delivery", () => {
    const story = new Story().creates("0").starts("m1").starts("m2");
    const ids = story.adds("a");
    story
      .reads("m1", ids)
      .at(3500)
      .claims("m2", ids)
      .at(3500 + BOUND_MS)
      .passes();
    expect(story.judge().violations).toEqual([]);
  });

  it("does not take the last words of a dead process for its start", () => {
    const story = new Story().creates("0");
    const ids = story.adds("a");
    story.reads("m1", ids).dies("m1").starts("m1").at(60_000).passes();
    expect(story.judge()).toMatchObject({ violations: [], metrics: { consumers: 0 } });
  });

  it("breaks when a job takes effect twice, and not when the second time changed nothing", () => {
    const story = new Story().creates("0");
    const [id = ""] = story.adds("a");
    story.takesEffect("m1", id, 1).takesEffect("m2", id, 0);
    expect(story.judge()).toMatchObject({ violations: [], metrics: { effects: 1, repeated: 1 } });
    story.takesEffect("m2", id, 1);
    expect(story.judge()).toMatchObject({ holds: false, text: "1 job has taken effect twice.", metrics: { twice: 1 } });
  });

  it("breaks when an entry is trimmed away before it was read, by MAXLEN or otherwise", () => {
    const story = new Story("maxlen").creates("0");
    story.adds("1", "2", "3", "4", "5", "6", "7");
    expect(texts(story)).toEqual(["1", "2"].map((n) => `email-workers loses “${n}”, trimmed away before it was read.`));
    expect(story.judge()).toMatchObject({ metrics: { added: 7, kept: 5, lost: 2, unfinished: 5 } });
    const other = new Story().creates("0");
    other.adds("1", "2", "3");
    expect(other.trims(3).judge()).toMatchObject({ holds: false, metrics: { lost: 3, kept: 0 } });
  });

  it("does not mourn what is trimmed when it is done, nor what its consumer still finishes", () => {
    const story = new Story().creates("0");
    const ids = story.adds("1", "2");
    story.reads("m1", ids).acks("m1", ids.slice(0, 1)).trims(2);
    expect(story.judge()).toMatchObject({ violations: [], metrics: { lost: 0, kept: 0 } });
    expect(story.acks("m1", ids.slice(1)).judge().holds).toBe(true);
  });

  it("mourns what was trimmed while pending once a claim finds it gone", () => {
    const story = new Story().creates("0");
    const ids = story.adds("1");
    story.reads("m1", ids).trims(1).claims("m2", [], ids);
    expect(texts(story)).toEqual([`email-workers loses “job ${ids[0]}”, trimmed away while it was pending.`]);
  });

  it("is not misled by a claim that was answered before an XACK and told after it", () => {
    const story = new Story().creates("0").starts("m2");
    const ids = story.adds("1");
    story.reads("m1", ids).acks("m1", ids).claims("m2", ids).at(60_000).passes();
    expect(story.judge()).toMatchObject({ holds: true, metrics: { pending: 0, acked: 1 } });
  });

  it("counts a replay apart, and takes what had been skipped for given at last", () => {
    const story = new Story("as-written");
    const early = story.adds("a");
    story.creates("$");
    const late = story.adds("b");
    story.reads("m1", late).acks("m1", late);
    story.asks("you", "XGROUP", ["SETID", "jobs", GROUP, "0"], "OK").reads("m1", [...early, ...late]);
    story.acks("m1", [...early, ...late]);
    expect(story.judge()).toMatchObject({
      holds: false,
      metrics: { acked: 2, replayed: 1, skipped: 0, unfinished: 0, waiting: 0 },
    });
  });

  it("goes on with other parameters, and begins anew with an empty Redis", () => {
    const story = new Story().creates("0").starts("m1");
    const ids = story.adds("a");
    story
      .reads("m1", ids)
      .run("configured", { ...PARAMS, claimIdleMs: 10_000 })
      .at(BOUND_MS + 500)
      .passes();
    expect(story.judge()).toMatchObject({ violations: [], metrics: { pending: 1 } });
    expect(story.run("redis-up").judge()).toMatchObject({
      holds: null,
      metrics: { added: 0, pending: 0, consumers: 1 },
    });
    expect(story.run("reset").judge()).toMatchObject({ metrics: { consumers: 0 } });
  });
});

describe("the picture", () => {
  it("shows an entry as new, pending and acked, in the row of its group and of who has it", () => {
    const story = new Story().creates("0").starts("m1").starts("m2");
    const ids = story.adds("a", "b", "c");
    const cells = () => story.panels().tape.rows.map(({ cells }) => cells);
    expect(cells()[0]).toEqual(["due", "due", "due"]);
    story.reads("m1", ids.slice(0, 1)).reads("m2", ids.slice(1, 2));
    expect(cells()).toEqual([
      ["pending", "pending", "due"],
      ["pending", "none", "none"],
      ["none", "pending", "none"],
    ]);
    expect(story.panels().tape.rows[0]).toMatchObject({ actor: GROUP, heading: true, cursor: 2 });
    story.acks("m1", ids.slice(0, 1));
    expect(cells()[0]).toEqual(["there", "pending", "due"]);
    expect(cells()[1]).toEqual(["there", "none", "none"]);
  });

  it("moves what is taken over to another row, with its idle time and the number of its deliveries", () => {
    const story = new Story().creates("0").starts("m1").starts("m2");
    const ids = story.adds("a");
    story.reads("m1", ids).at(1200);
    expect(story.panels().tape.rows[1]).toMatchObject({ cells: ["pending"], notes: ["1.2 s"], tone: "good" });
    story.dies("m1").at(3200);
    expect(story.panels().tape.rows[1]).toMatchObject({ state: "dead, 1 pending", tone: "bad" });
    story.claims("m2", ids).at(3500);
    const { tape, stat } = story.panels();
    expect(tape.rows.map(({ cells, notes }) => [cells, notes])).toEqual([
      [["pending"], undefined],
      [["none"], [""]],
      [["pending"], ["0.3 s, 2×"]],
    ]);
    expect(tape.rows[1]).toMatchObject({ state: "dead", tone: "off" });
    expect(stat.items).toContainEqual({ label: "longest idle", value: "0.3 s" });
  });

  it("marks what has been pending for too long, and what was given up", () => {
    const story = new Story().creates("0").starts("m1");
    const ids = story.adds("a");
    story
      .reads("m1", ids)
      .at(BOUND_MS + 100)
      .passes();
    const { tape, stat } = story.panels();
    expect(tape.rows.map(({ cells }) => cells)).toEqual([["late"], ["late"]]);
    expect(tape.legend.late).toBe("pending for too long");
    expect(stat.items).toContainEqual({ label: "idled too long", value: "1", alarm: true });
    story.claims("m1", ids).buries("m1", ids);
    expect(story.panels().tape.rows[1]).toMatchObject({ cells: ["dead"], notes: ["tried 2×"] });
  });

  it("draws no more rows than there is room for, and counts the rest", () => {
    const story = new Story().creates("0");
    for (let n = 1; n <= 12; n++) story.starts(`m${n}`).reads(`m${n}`, story.adds("a", "b"));
    const { tape } = story.panels("m12");
    expect(tape.rows.length).toBe(8);
    expect(tape.rows.at(-1)?.actor).toBe("m12");
    expect(tape.note).toBe("5 more consumers are counted, not drawn: 10 pending.");
  });

  it("stays small however long the stream and however much is pending, and keeps count", () => {
    const story = new Story().creates("0").starts("m1");
    for (let n = 0; n < 300; n++) {
      const ids = story.adds(...Array.from({ length: 10 }, (_, i) => `job ${n}-${i}`));
      story.reads("m1", ids);
      if (n < 200) story.acks("m1", ids);
    }
    const { tape, stat, state } = story.panels();
    expect(tape).toMatchObject({ total: 3000, entries: { length: SHOWN } });
    expect(tape.rows[0]?.state).toBe("2,000 of 3,000, 1,000 pending");
    expect(stat.items[0]).toEqual({ label: "added", value: "3,000" });
    expect(JSON.stringify(state).length).toBeLessThan(150_000);
    expect(story.judge().metrics).toMatchObject({ pending: 1000, acked: 2000, unfinished: 1000 });
  });

  it("says where an entry lies that is no longer in the stream, and what a group will never get", () => {
    const story = new Story("as-written");
    story.adds("a");
    story.creates("$");
    const late = story.adds("b");
    story.reads("m1", late).acks("m1", late).trims(1);
    const { tape, stat } = story.panels();
    expect(tape.entries[0]?.note).toBe("trimmed");
    expect(tape.rows[0]?.cells).toEqual(["missed", "there"]);
    expect(tape.legend.missed).toBe("will not come");
    expect(stat.items).toContainEqual({ label: "never given out ($)", value: "1", alarm: true });
  });
});

describe("what is said", () => {
  const said = (name: string, body: Record<string, WireValue>, value: WireValue, error?: string) =>
    stage.say(new Story().result("m1", name, body, value, error).last as EventOf<"result">);

  it("is a sentence for whatever has happened, and nothing for a turn that found nothing", () => {
    const turn = { claimed: 0, read: 0, done: 0, failed: 0, buried: 0 };
    expect(said("consuming", {}, turn)).toBeNull();
    expect(said("consuming", {}, { ...turn, read: 2, done: 1, failed: 1 })).toBe(
      "m1 reads 2. 1 done. 1 failed, still pending.",
    );
    expect(said("claim", {}, { ...turn, claimed: 3, done: 2, buried: 1 })).toBe(
      "m1 takes over 3 and reads 0. 2 done. 1 to the dead letters.",
    );
    expect(said("add", { payload: "order 1" }, { id: "1-0" })).toBe("m1 adds “order 1”.");
    expect(said("start-consumer", { group: GROUP }, null, "BUSYGROUP Consumer Group name already exists")).toBe(
      "m1 cannot start: the group is there already (BUSYGROUP).",
    );
    expect(said("start-consumer", { group: GROUP }, { started: true, own: 4, read: 0, done: 4, failed: 0 })).toBe(
      "m1 works for email-workers. It takes up 4 that it had before. 4 done.",
    );
  });
});
