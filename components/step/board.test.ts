import { describe, expect, it } from "vitest";
import type { NewEvent, RunEvent } from "@/lib/events";
import { boardOf } from "./board";

const numbered = (events: NewEvent[]): RunEvent[] =>
  events.map((event, i) => ({ ...event, seq: i + 1, atUs: 1000 * i, epoch: 0 }) as RunEvent);

const gateOf = (a: string[], b: string[]) => [
  { actor: "A", status: a.length ? ("waiting" as const) : ("done" as const), commands: a, dueUs: null },
  { actor: "B", status: b.length ? ("waiting" as const) : ("done" as const), commands: b, dueUs: null },
];
const step = (choice: string, schedule: string[], choices: string[], text = ""): NewEvent => ({
  type: "step",
  choice,
  text,
  schedule,
  choices,
  gate: gateOf(["GET n"], ["GET n"]),
});
const get = (actor: string): NewEvent => ({ type: "command", actor, action: 1, name: "GET", args: ["n"] });
const set = (actor: string, n: string): NewEvent => ({
  type: "command",
  actor,
  action: 1,
  name: "SET",
  args: ["n", n],
});
const reply = (ref: number, actor: string, value: string): NewEvent => ({
  type: "reply",
  ref,
  actor,
  value,
  latencyUs: 100,
  serverOrder: null,
  serverUs: [0, 0],
});
const seen = (value: string): NewEvent => ({
  type: "observation",
  keys: [{ key: "n", kind: "string", ttlMs: -1, value }],
});
const result = (actor: string, value: { [key: string]: boolean | number }): NewEvent => ({
  type: "result",
  actor,
  action: 1,
  name: "increment",
  body: {},
  value,
  decidedUs: null,
  ms: 0,
});
const verdict = (holds: boolean): NewEvent => ({
  type: "verdict",
  invariant: "",
  holds,
  text: "",
  violations: [],
  metrics: {},
  checked: 1,
});
const run = (status: "started" | "reset"): NewEvent => ({
  type: "run",
  status,
  pattern: "counter",
  variant: "safe",
  params: {},
  seed: 1,
  text: "",
});

const race = numbered([
  run("started"),
  set("before", "0"),
  reply(2, "before", "OK"),
  seen("0"),
  step("", [], ["A", "B"]),
  get("A"),
  reply(6, "A", "0"),
  step("A", ["A"], ["A", "B"], "A reads 0."),
  { type: "clock", offsetUs: 5000, deltaUs: 1_001_000, reason: "time passes" },
  step("tick", ["A", "tick"], ["A", "B"]),
  set("A", "1"),
  reply(11, "A", "OK"),
  { type: "key", event: "set", key: "n" },
  result("A", { allowed: true, left: 1 }),
  verdict(false),
  step("A", ["A", "tick", "A"], ["B"]),
  seen("1"),
  { type: "actor", actor: "B", index: 1, status: "crashed" },
  step("crash:B", ["A", "tick", "A", "crash:B"], []),
]);

describe("the board of a stepped run", () => {
  it("has a column for each step: command and reply, time that passed, a death", () => {
    const { steps, before, passedUs } = boardOf(race);
    expect(before).toEqual(["SET n 0"]);
    expect(steps.map(({ kind, actor }) => [kind, actor])).toEqual([
      ["command", "A"],
      ["tick", null],
      ["command", "A"],
      ["crash", "B"],
    ]);
    expect(steps[0]?.commands).toEqual([{ text: "GET n", reply: '"0"', failed: false }]);
    expect(steps[1]?.passedUs).toBe(1_001_000);
    expect(passedUs).toBe(1_001_000);
  });

  it("gives a late look at the keys to the step that changed them, and says what is different", () => {
    const { steps } = boardOf(race);
    expect([...(steps[2]?.changes ?? [])]).toEqual([["n", "1"]]);
    expect(steps[3]?.changes.size).toBe(0);
  });

  it("keeps the keys of several nodes apart, and has a column for a node that restarts", () => {
    const onNode = (node: number, value: string): NewEvent => ({
      type: "observation",
      keys: [{ key: "n", node, kind: "string", ttlMs: -1, value }],
    });
    const { steps } = boardOf(
      numbered([
        run("started"),
        step("", [], ["A"]),
        { ...get("A"), node: 2 } as NewEvent,
        onNode(1, "x"),
        onNode(2, "y"),
        step("A", ["A"], ["A", "restart:2"]),
        step("restart:2", ["A", "restart:2"], ["A"]),
      ]),
    );
    expect(steps.map(({ kind, actor }) => [kind, actor])).toEqual([
      ["command", "A"],
      ["restart", null],
    ]);
    expect(steps[0]?.commands[0]?.text).toBe("node 2: GET n");
    expect([...(steps[0]?.changes ?? [])]).toEqual([
      ["node 1: n", "x"],
      ["node 2: n", "y"],
    ]);
  });

  it("puts results, and the break of the invariant, where they happened", () => {
    const { steps } = boardOf(race);
    expect(steps[2]?.results).toEqual([{ actor: "A", text: "allowed", outcome: "yes" }]);
    expect(steps.map(({ breaks }) => breaks)).toEqual([false, false, true, false]);
  });

  it("up to an earlier event is the board as it was then, gate and choices included", () => {
    const then = boardOf(race.slice(0, 8));
    expect(then.steps).toHaveLength(1);
    expect(then.choices).toEqual(["A", "B"]);
    expect(then.order).toEqual(["A"]);
    expect(boardOf(race).choices).toEqual([]);
  });

  it("after an undo shows the steps that were taken again, once", () => {
    const again = numbered([...race, run("reset"), step("", [], ["A", "B"]), get("A"), step("A", ["A"], ["A", "B"])]);
    const { steps, order, passedUs } = boardOf(again);
    expect(order).toEqual(["A"]);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.commands[0]).toEqual({ text: "GET n", reply: "", failed: false });
    expect(passedUs).toBe(0);
  });
});
