import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/lib/events";
import { columns, commandsByActor, TimelineMarks } from "./marks";

const command = (seq: number, actor = "alice"): RunEvent => ({
  seq,
  atUs: seq * 1000,
  epoch: 0,
  type: "command",
  actor,
  action: null,
  name: "GET",
  args: [],
});
const verdict = (seq: number, seqs: number[]): RunEvent => ({
  seq,
  atUs: seq * 1000,
  epoch: 0,
  type: "verdict",
  invariant: "i",
  holds: false,
  text: "",
  violations: seqs.map((each) => ({ seq: each, text: `no. ${each}` })),
  metrics: {},
  checked: seq,
});

describe("timeline", () => {
  it("steps from between two commands to the one before and the one after", () => {
    const marks = new TimelineMarks();
    for (const seq of [2, 5, 9]) marks.append(command(seq), () => null);
    expect([marks.step(5, 1), marks.step(5, -1), marks.step(7, 1), marks.step(7, -1)]).toEqual([9, 2, 9, 5]);
    expect([marks.step(9, 1), marks.step(2, -1), marks.step(9, -10)]).toEqual([null, null, null]);
  });

  it("stops at queries as it does at commands", () => {
    const marks = new TimelineMarks();
    marks.append(command(2), () => null);
    const query = { actor: "alice", action: 1, sql: "SELECT 1", values: [] };
    marks.append({ seq: 4, atUs: 4000, epoch: 0, type: "query", ...query }, () => null);
    expect(marks.step(2, 1)).toBe(4);
    expect(commandsByActor(marks.marks, 4)).toEqual(new Map([["alice", 2]]));
  });

  it("keeps each violation once, at the time of its event", () => {
    const marks = new TimelineMarks();
    marks.append(verdict(3, [1]), (seq) => seq * 1000);
    marks.append(verdict(6, [1, 4]), (seq) => seq * 1000);
    expect(marks.violations.map(({ seq, atUs }) => [seq, atUs])).toEqual([
      [1, 1000],
      [4, 4000],
    ]);
  });

  it("leads from violation to violation in the order of the trace, and from the last to the first", () => {
    const marks = new TimelineMarks();
    marks.append(verdict(9, [7, 4]), (seq) => seq * 1000);
    expect([marks.nextViolation(0)?.seq, marks.nextViolation(4)?.seq, marks.nextViolation(7)?.seq]).toEqual([4, 7, 4]);
    expect([3, 4, 6, 7].map((seq) => marks.violationsUpTo(seq))).toEqual([0, 1, 1, 2]);
    expect(new TimelineMarks().nextViolation(0)).toBeNull();
  });

  it("counts each actor's commands up to the playhead", () => {
    const marks = new TimelineMarks();
    for (const [seq, actor] of [
      [1, "alice"],
      [2, "bob"],
      [3, "alice"],
      [4, "alice"],
    ] as const)
      marks.append(command(seq, actor), () => null);
    expect([...commandsByActor(marks.marks, 3)]).toEqual([
      ["alice", 2],
      ["bob", 1],
    ]);
  });

  it("reduces marks to pixel columns by actor", () => {
    const marks = new TimelineMarks();
    for (let seq = 0; seq <= 1000; seq++) marks.append(command(seq, seq % 2 ? "bob" : "alice"), () => null);
    const found = columns(marks.marks, { fromUs: 0, toUs: 1_000_000 }, 100);
    expect([...found.keys()]).toEqual(["actor:alice", "actor:bob"]);
    expect(found.get("actor:alice")).toHaveLength(101);
    expect(columns(marks.marks, { fromUs: 2_000_000, toUs: 3_000_000 }, 100).size).toBe(0);
  });
});
