/** The books, the picture and the sentences of the queue, without Redis. */
import { describe, expect, it } from "vitest";
import type { NodesPanel, Panel, StatPanel } from "../../contract";
import type { EventOf, NewEvent, RunEvent, WireValue } from "../../events";
import { invariant } from "./invariant";
import { say } from "./say";
import { stage } from "./stage";
import { initial, type State } from "./stage-state";

const PARAMS = { workMs: 1500, blockMs: 5000, heartbeatMs: 3000, maxAttempts: 3, backoffMs: 500, databaseMs: 20 };
const BEAT = "beat-safe-5.lua";
const GIVE_BACK = "give-back-safe-5.lua";

/** Writes a trace, event by event, each a ms after the last one. */
class Story {
  readonly events: RunEvent[] = [];
  atUs = 1_000_000;

  constructor(variant: string) {
    this.add({ type: "run", status: "started", pattern: "list-queue", variant, params: PARAMS, seed: 1, text: "" });
  }
  add(event: NewEvent): number {
    this.atUs += 1000;
    this.events.push({ ...event, seq: this.events.length + 1, atUs: this.atUs, epoch: 0 } as RunEvent);
    return this.events.length;
  }
  send(actor: string, name: string, args: string[], script?: string): number {
    return this.add({ type: "command", actor, action: 1, name, args, ...(script ? { script } : {}) });
  }
  answer(ref: number, actor: string, value: WireValue, error?: string): void {
    const serverUs: [number, number] = [this.atUs, this.atUs];
    const rest = { latencyUs: 1, serverOrder: null, serverUs };
    this.add({ type: "reply", ref, actor, ...rest, ...(error ? { error } : { value }) });
  }
  job(id: string, attempts = 0): string {
    return JSON.stringify({ id, payload: `mail ${id}`, createdAt: 1, attempts });
  }
  enqueue(id: string): void {
    this.answer(this.send("producer", "LPUSH", ["queue:email", this.job(id)]), "producer", 1);
  }
  start(worker: string): void {
    const rest = { action: 1, body: { worker }, decidedUs: null, ms: 0 };
    this.add({ type: "result", actor: worker, name: "start-worker", value: { started: true }, ...rest });
  }
  pop(worker: string, id: string): void {
    this.answer(this.send(worker, "BRPOP", ["queue:email", "5"]), worker, ["queue:email", this.job(id)]);
  }
  move(worker: string, id: string, attempts = 0): void {
    const args = ["queue:email", `processing:${worker}`, "RIGHT", "LEFT", "5"];
    this.answer(this.send(worker, "BLMOVE", args), worker, this.job(id, attempts));
  }
  effect(worker: string, id: string, isNew = true): void {
    const sql = "INSERT INTO emails (job) VALUES ($1) RETURNING job";
    const ref = this.add({ type: "query", actor: worker, action: 1, sql, values: [id] });
    this.add({ type: "rows", ref, actor: worker, rows: isNew ? [{ job: id }] : [], latencyUs: 1 });
  }
  remove(worker: string, id: string, attempts = 0): void {
    const ref = this.send(worker, "LREM", [`processing:${worker}`, "1", this.job(id, attempts)]);
    this.answer(ref, worker, 1);
  }
  giveBack(worker: string, id: string, attempts: number, fate: "again" | "dead"): void {
    const ref = this.send("w9 (heartbeat)", "EVALSHA", [GIVE_BACK, "5", `processing:${worker}`], GIVE_BACK);
    this.answer(ref, "w9 (heartbeat)", [[id, attempts, fate]]);
  }
  due(id: string, attempts: number): void {
    const ref = this.send("w9 (heartbeat)", "EVALSHA", [BEAT, "5"], BEAT);
    this.answer(ref, "w9 (heartbeat)", [0, [this.job(id, attempts)]]);
  }
  crash(actor: string): void {
    this.add({ type: "actor", actor, index: 1, status: "crashed" });
  }
  look(key: string, jobs: string[], kind = "list"): void {
    const found: EventOf<"observation">["keys"][number] = { key, kind, ttlMs: -1, length: jobs.length, value: jobs };
    this.add({ type: "observation", keys: [found], since: this.events.length });
  }
  verdict() {
    return invariant.judge(this.events.reduce(invariant.fold, invariant.initial(PARAMS)));
  }
  state(): State {
    return this.events.reduce(stage.fold, initial() as unknown) as State;
  }
  panels(focus: string | null = null): Panel[] {
    return stage.panels(this.state(), this.atUs, focus);
  }
}
const nodesOf = (panels: Panel[]) => panels.find(({ kind }) => kind === "nodes") as NodesPanel;
const boxOf = (panels: Panel[], id: string) => nodesOf(panels).nodes.find((box) => box.id === id);

describe("the books as written", () => {
  it("a job is lost with the worker that has it, and named; one that was done is not", () => {
    const story = new Story("as-written");
    story.enqueue("a");
    story.enqueue("b");
    story.start("w1");
    story.pop("w1", "a");
    story.effect("w1", "a");
    story.pop("w1", "b");
    story.crash("w1");
    expect(story.verdict()).toMatchObject({
      holds: false,
      text: "1 of 2 jobs is lost: job 2 “mail b”; w1 had it when it died.",
      metrics: { done: 1, lost: 1, queued: 0 },
    });
  });

  it("a job that Redis hands to a dead worker is lost once, though its LPUSH is heard of later", () => {
    const story = new Story("as-written");
    story.start("w1");
    const pop = story.send("w1", "BRPOP", ["queue:email", "5"]);
    story.crash("w1");
    const push = story.send("producer", "LPUSH", ["queue:email", story.job("a")]);
    story.answer(pop, "w1", ["queue:email", story.job("a")]);
    story.answer(push, "producer", 1);
    story.look("queue:email", [], "none");
    expect(story.verdict().metrics).toMatchObject({ enqueued: 1, lost: 1, queued: 0 });
  });

  it("one whose effect was on its way is neither done nor lost, until the table says so", () => {
    const story = new Story("as-written");
    story.enqueue("a");
    story.start("w1");
    story.pop("w1", "a");
    story.add({ type: "query", actor: "w1", action: 1, sql: "INSERT INTO emails (job)", values: ["a"] });
    story.crash("w1");
    expect(story.verdict()).toMatchObject({ holds: true, metrics: { unclear: 1, lost: 0, done: 0 } });
    const table = (rows: { job: string }[]) => [{ table: "emails", count: rows.length, rows }];
    story.add({ type: "observation", keys: [], tables: table([{ job: "a" }]), since: story.events.length });
    expect(story.verdict()).toMatchObject({ holds: true, metrics: { unclear: 0, lost: 0, done: 1 } });
  });

  it("a job that is in no list, with nobody having it, is lost when every reply must have come", () => {
    const story = new Story("as-written");
    story.enqueue("a");
    story.look("queue:email", [], "none");
    story.atUs += 1_000_000;
    story.add({ type: "clock", offsetUs: 0, deltaUs: 0, reason: "" });
    expect(story.verdict().holds).toBe(true);
    story.atUs += 1_500_000;
    story.add({ type: "clock", offsetUs: 0, deltaUs: 0, reason: "" });
    expect(story.verdict().text).toContain("it is in no list any more, and nobody has it");
  });
});

describe("the books of variants that keep a job in Redis", () => {
  it("a dead worker's job is in work, then waits for another attempt, then is done by another one", () => {
    const story = new Story("safe");
    story.enqueue("a");
    story.start("w1");
    story.start("w2");
    story.move("w1", "a");
    story.crash("w1");
    expect(story.verdict()).toMatchObject({ holds: true, metrics: { inWork: 1, lost: 0 } });
    story.giveBack("w1", "a", 1, "again");
    expect(story.verdict().metrics).toMatchObject({ inWork: 0, delayed: 1, returned: 1 });
    story.due("a", 1);
    story.move("w2", "a", 1);
    story.effect("w2", "a");
    story.remove("w2", "a", 1);
    expect(story.verdict()).toMatchObject({
      holds: true,
      text: "1 job: 1 done. None lost, none done twice.",
      metrics: { queued: 0, delayed: 0, inWork: 0, done: 1 },
    });
  });

  it.each([
    [true, false, "Job 1 “mail a” was done twice, by w1 and by w2."],
    [false, true, "1 job: 1 done. None lost, none done twice. One came a second time, and its key stopped it."],
  ])(
    "a second effect that comes about (%s) breaks the claim; one that the key stops does not",
    (isNew, holds, text) => {
      const story = new Story("safe");
      story.enqueue("a");
      story.move("w1", "a");
      story.effect("w1", "a");
      story.giveBack("w1", "a", 1, "again");
      story.due("a", 1);
      story.move("w2", "a", 1);
      story.effect("w2", "a", isNew);
      story.remove("w2", "a", 1);
      expect(story.verdict()).toMatchObject({ holds, text });
    },
  );

  it("when Redis comes back, what it does not have is lost, and what it has is not", () => {
    const story = new Story("safe");
    story.enqueue("a");
    story.enqueue("b");
    const run = { type: "run", pattern: "list-queue", variant: "safe", params: PARAMS, seed: 1, text: "" } as const;
    story.add({ ...run, status: "redis-down" });
    story.add({ ...run, status: "redis-up" });
    story.look("queue:email", [story.job("b")]);
    expect(story.verdict()).toMatchObject({
      text: "1 of 2 jobs is lost: job 1 “mail a”; it went with Redis.",
      metrics: { lost: 1, queued: 1 },
    });
  });

  it("a job that came while a worker was blocked has waited for nothing and is worked on since it came, though BLMOVE is heard of first", () => {
    const story = new Story("safe");
    story.start("w1");
    const move = story.send("w1", "BLMOVE", ["queue:email", "processing:w1", "RIGHT", "LEFT", "5"]);
    const beganUs = story.atUs;
    story.atUs += 4_000_000;
    const text = JSON.stringify({ id: "a", payload: "mail a", createdAt: story.atUs / 1000, attempts: 0 });
    const push = story.send("producer", "LPUSH", ["queue:email", text]);
    const began: [number, number] = [beganUs, beganUs];
    const reply = { type: "reply", actor: "w1", latencyUs: 1, serverOrder: 1, serverUs: began } as const;
    story.add({ ...reply, ref: move, value: text });
    story.answer(push, "producer", 1);
    story.effect("w1", "a");
    const { waitP99Ms = -1, workP99Ms = -1 } = story.verdict().metrics;
    expect(waitP99Ms).toBe(0);
    expect(workP99Ms).toBeLessThan(100);
  });

  it("a job that comes back while a worker is blocked stays with that worker, though the beat is heard of later", () => {
    const story = new Story("safe");
    story.enqueue("a");
    story.move("w1", "a");
    story.giveBack("w1", "a", 1, "again");
    const beat = story.send("w1 (heartbeat)", "EVALSHA", [BEAT, "5"], BEAT);
    story.move("w2", "a", 1);
    story.answer(beat, "w1 (heartbeat)", [0, [story.job("a", 1)]]);
    expect(story.verdict().metrics).toMatchObject({ queued: 0, inWork: 1, delayed: 0 });
  });

  it("says nothing before there was a job", () => {
    expect(new Story("safe").verdict()).toMatchObject({ holds: null, violations: [] });
  });
});

describe("the picture", () => {
  it("shows who has which job, and a job that is lost by its name", () => {
    const story = new Story("as-written");
    story.enqueue("a");
    story.start("w1");
    story.pop("w1", "a");
    expect(boxOf(story.panels(), "w1")).toMatchObject({
      tone: "good",
      facts: [{ label: "in its memory", value: "job 1 “mail a”" }, {}],
      ring: { ofMs: 2250 },
    });
    story.crash("w1");
    expect(boxOf(story.panels(), "w1")).toMatchObject({ state: "dead", ring: null });
    expect(boxOf(story.panels(), "lost")).toMatchObject({ tone: "bad", facts: [{ value: "job 1 “mail a”" }] });
  });

  it("draws five of 20 workers, says how many it does not draw, and keeps the selected one and a dead one with a job", () => {
    const story = new Story("safe");
    for (let n = 1; n <= 20; n++) story.start(`w${n}`);
    for (let n = 1; n <= 20; n++) story.enqueue(`${n}`);
    for (let n = 1; n <= 18; n++) story.move(`w${n}`, `${n}`);
    story.crash("w18");
    const panel = nodesOf(story.panels("w20"));
    expect(panel.nodes.filter(({ row }) => row === "workers").map(({ id }) => id)).toEqual([
      "w1",
      "w2",
      "w3",
      "w18",
      "w20",
    ]);
    expect(panel.title).toBe("Who has which job; 15 more workers not drawn, 14 of them at work");
    expect(boxOf(story.panels(), "queue")?.state).toMatch(/^2 jobs wait/);
  });

  it("counts moves instead of drawing them when there are more than anybody could follow, and says so", () => {
    const story = new Story("safe");
    const done = (n: number) => {
      story.enqueue(`${n}`);
      story.move("w1", `${n}`);
      story.effect("w1", `${n}`);
      story.remove("w1", `${n}`);
    };
    for (let n = 0; n < 100; n++) done(n);
    expect(nodesOf(story.panels())).not.toHaveProperty("everyMs");
    expect(nodesOf(story.panels()).messages).not.toEqual([]);
    done(100);
    expect(nodesOf(story.panels())).toMatchObject({
      title: "Who has which job; moves are counted, not drawn",
      messages: [],
      everyMs: 250,
    });
  });

  it("stays small and JSON whatever comes", () => {
    const story = new Story("safe");
    for (let n = 0; n < 6000; n++) story.enqueue(`${n}`);
    for (let n = 0; n < 3000; n++) {
      story.move("w1", `${n}`);
      story.effect("w1", `${n}`);
      story.remove("w1", `${n}`);
    }
    const state = story.state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(Object.keys(state.books.finished).length).toBeLessThanOrEqual(2000);
    expect(state.books.queue.length).toBeLessThanOrEqual(5000);
    expect(state.marks.w1?.length).toBeLessThanOrEqual(60);
    expect(state.books.done).toBe(3000);
    expect(story.verdict().metrics).toMatchObject({ enqueued: 6000, queued: 3000, done: 3000, lost: 0 });
  });

  it("has depth, wait, work and throughput in figures", () => {
    const story = new Story("safe");
    story.enqueue("a");
    story.enqueue("b");
    story.move("w1", "a");
    story.effect("w1", "a");
    const { items } = story.panels().find(({ kind }) => kind === "stat") as StatPanel;
    expect(items.map(({ label }) => label)).toEqual([
      "depth of the queue",
      "wait p50 / p99",
      "work p50 / p99",
      "done, last 5 s",
      "in work",
      "lost",
    ]);
    expect(items[0]?.value).toBe("1");
    expect(items[3]?.value).toBe("0.2");
  });
});

describe("the sentences", () => {
  const result = (name: string, value: WireValue, body = {}): RunEvent =>
    ({
      type: "result",
      name,
      value,
      body,
      actor: "w1",
      action: 1,
      decidedUs: null,
      ms: 1,
      seq: 1,
      atUs: 1,
      epoch: 0,
    }) as const;

  it("tell a second email that the key has stopped from one that was sent", () => {
    expect(say(result("work", { jobId: "a", effect: true, removed: true }))).toBe("w1 is done with a job.");
    expect(say(result("work", { jobId: "a", effect: false, removed: true }))).toContain("its key stopped the second");
    expect(say(result("work", { jobId: "a", effect: true, removed: false }))).toContain("had been taken from it");
    expect(say(result("work", { jobId: null, effect: null, removed: null }))).toBeNull();
  });

  it("tell when a reaper has found something", () => {
    expect(say(result("heartbeat", { returned: 1, dead: 0 }))).toContain("brings it back");
    expect(say(result("heartbeat", null))).toBeNull();
  });
});
