import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StepView } from "../contract";
import type { EventOf, RunEvent } from "../events";
import type { OwnedRun, RunService } from "../run/service";
import { testService } from "../run/testing";
import { SteppingService } from "./stepping";

let runs: RunService;
let stepping: SteppingService;
let close: () => Promise<void>;

beforeEach(() => {
  ({ service: runs, close } = testService());
  stepping = new SteppingService(runs);
});
afterEach(() => close());

const BREAKS = ["A", "B", "C", "A", "A", "B", "B", "C", "C"];
const openRace = (variant = "read-then-write") => runs.open({ pattern: "token-bucket", variant, seed: 7 }, "owner");
const begin = (live: OwnedRun, schedule: string[] = []) =>
  stepping.begin(live, { scenario: "explore-three", schedule });
const eventsOf = (runId: string): RunEvent[] => {
  const { log } = runs.get(runId).run.trace;
  return log.range(1, log.lastSeq).events;
};
const stepsOf = (runId: string) => eventsOf(runId).filter((event): event is EventOf<"step"> => event.type === "step");

describe("a stepped run", () => {
  it("begins with everyone at the gate, each showing the command it is about to send, and nothing sent", async () => {
    const live = await openRace();
    const view = await begin(live);
    expect(view).toMatchObject({ liveRunId: live.run.id, scenario: "explore-three", schedule: [], done: false });
    expect(view.gate).toEqual(
      ["A", "B", "C"].map((actor) => ({
        actor,
        status: "waiting",
        commands: ["HMGET bucket:alice tokens atMs"],
        dueUs: null,
      })),
    );
    expect(view.choices).toEqual(["A", "B", "C", "crash:A", "crash:B", "crash:C"]);
    expect(eventsOf(view.runId).filter(({ type }) => type === "command")).toEqual([]);
    expect(runs.get(view.runId).run.view()).toMatchObject({
      stepped: { scenario: "explore-three", liveRunId: live.run.id },
      params: { capacity: 2 },
    });
  });

  it("goes where the learner sends it, to a violation, and leaves the live run untouched", async () => {
    const live = await openRace();
    const before = live.run.trace.log.lastSeq;
    let view = await begin(live);
    for (const choice of BREAKS) view = await stepping.step(view.runId, choice);
    expect(view).toMatchObject({ done: true, choices: [], schedule: BREAKS, verdict: { holds: false } });
    expect(view.verdict.text).toBe("alice: 3 admitted at one moment, at most 2 allowed.");
    expect(live.run.trace.log.lastSeq).toBe(before);
  });

  it("comes to the same verdict and the same events by its schedule at once, times aside", async () => {
    const live = await openRace();
    const shape = (runId: string) =>
      eventsOf(runId).flatMap((event) => {
        if (event.type === "command")
          return [[event.actor, event.name, ...event.args].join(" ").replace(/\d{13}/g, "T")];
        if (event.type === "result") return [`${event.actor} ${JSON.stringify(event.value)}`];
        return event.type === "step" ? [`step ${event.choice}`] : [];
      });
    const shapes = new Set<string>();
    for (let i = 0; i < 3; i++) shapes.add(JSON.stringify(shape((await begin(live, BREAKS)).runId)));
    expect(shapes.size).toBe(1);
  });

  it("undoes a step: the prefix runs again on an emptied Redis, and one can go another way", async () => {
    const live = await openRace();
    const begun = await begin(live, BREAKS.slice(0, 5));
    const undone = await stepping.undo(begun.runId);
    expect(undone.schedule).toEqual(BREAKS.slice(0, 4));
    expect(undone.gate[0]).toMatchObject({
      actor: "A",
      status: "waiting",
      commands: [expect.stringMatching(/^PEXPIRE/)],
    });
    const keys = await runs.get(begun.runId).run.inspect();
    expect(keys).toMatchObject([{ key: "bucket:alice", ttlMs: -1 }]);
    expect((await stepping.step(begun.runId, "B")).schedule).toEqual([...BREAKS.slice(0, 4), "B"]);
    await expect(undoAll(undone)).rejects.toMatchObject({ code: "nothing_to_undo" });
  });

  it("keeps the gate of every moment in its trace", async () => {
    const live = await openRace("safe");
    const { runId } = await begin(live, ["B", "A"]);
    expect(
      stepsOf(runId).map(({ choice, schedule, gate }) => [choice, schedule, gate.map(({ status }) => status)]),
    ).toEqual([
      ["", [], ["waiting", "waiting", "waiting"]],
      ["B", ["B"], ["waiting", "done", "waiting"]],
      ["A", ["B", "A"], ["done", "done", "waiting"]],
    ]);
  });

  it("lets an actor die: what it had at the gate is lost, what it had sent is not", async () => {
    const live = await openRace();
    const { runId } = await begin(live, ["A", "A", "crash:A"]);
    const view = await stepping.view(runId);
    expect(view.gate[0]).toMatchObject({ actor: "A", status: "crashed", commands: [] });
    expect(await runs.get(runId).run.inspect()).toMatchObject([{ key: "bucket:alice", ttlMs: -1 }]);
    await expect(stepping.step(runId, "A")).rejects.toMatchObject({ status: 409, code: "not_possible" });
  });

  it("lets time pass to the next deadline: Redis deletes the key, and nobody's clock but this one moves", async () => {
    const live = await openRace("safe");
    const { runId } = await begin(live, ["A"]);
    const { run } = runs.get(runId);
    const [key] = await run.inspect();
    const beforeUs = run.clock.nowUs();
    const view = await stepping.step(runId, "tick");
    expect(run.clock.nowUs() - beforeUs).toBe(((key?.ttlMs ?? 0) + 1) * 1000);
    expect(await run.inspect()).toEqual([]);
    expect(view.choices).toEqual(["B", "C", "crash:B", "crash:C"]);
    const clockEvents = eventsOf(runId).filter(({ type }) => type === "clock");
    expect(clockEvents).toMatchObject([{ reason: "time passes" }]);
  });

  it("takes the learner's own choice of actions, and refuses what the pattern refuses", async () => {
    const live = await openRace("safe");
    const take = (client: string, cost = 1) => ({ action: "take", body: { client, cost } });
    const view = await stepping.begin(live, { actors: { X: [take("bob"), take("bob")], Y: [take("carol", 10)] } });
    expect(view.scenario).toBeNull();
    let now = view;
    for (const choice of ["X", "Y", "X"]) now = await stepping.step(view.runId, choice);
    expect(now).toMatchObject({ done: true, verdict: { metrics: { admitted: 3 } } });
    await expect(stepping.begin(live, { actors: { X: [take("bob", 11)], Y: [] } })).rejects.toMatchObject({
      status: 400,
    });
    await expect(stepping.begin(live, { actors: { X: [{ action: "fly", body: {} }], Y: [] } })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("is one per owner, can be reached through its live run, and nobody acts on it otherwise", async () => {
    const live = await openRace();
    const first = await begin(live);
    const second = await begin(live);
    expect(runs.knows(first.runId)).toBe(false);
    expect((await stepping.step(live.run.id, "A")).runId).toBe(second.runId);
    const { run } = runs.get(second.runId);
    await expect(run.act("take", { client: "alice" })).rejects.toMatchObject({ code: "stepped" });
    await expect(run.configure({ params: {} })).rejects.toMatchObject({ code: "stepped" });
    await expect(run.pullFault("kill-redis", {}, "person")).rejects.toMatchObject({ code: "stepped" });
  });

  it("says which step of a schedule is not possible, and stops there", async () => {
    const live = await openRace("safe");
    await expect(begin(live, ["A", "A"])).rejects.toMatchObject({
      status: 409,
      code: "not_possible",
      message: expect.stringContaining('Step 2: "A" is not possible now. Possible: B, C'),
    });
    expect((await stepping.view(live.run.id)).schedule).toEqual(["A"]);
  });
});

async function undoAll(from: StepView): Promise<never> {
  for (;;) await stepping.undo(from.runId);
}
