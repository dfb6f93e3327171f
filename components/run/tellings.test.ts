import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/lib/events";
import { seqOf, Tellings } from "./tellings";

const base = (seq: number) => ({ seq, atUs: seq * 1000, epoch: 0 });
const run = (seq: number, variant: string): RunEvent => ({
  ...base(seq),
  type: "run",
  status: "reset",
  pattern: "p",
  variant,
  params: {},
  seed: 1,
  text: "",
});
const scenario = (seq: number, status: "started" | "ended" | "failed"): RunEvent => ({
  ...base(seq),
  type: "scenario",
  scenario: "burst",
  status,
  pace: "live",
  text: "",
});
const fault = (seq: number): RunEvent => ({
  ...base(seq),
  type: "fault",
  fault: "kill-redis",
  target: "redis",
  by: "scenario",
  text: "",
});
const result = (seq: number, allowed: boolean): RunEvent => ({
  ...base(seq),
  type: "result",
  actor: "alice",
  action: seq,
  name: "take",
  body: {},
  value: { allowed },
  decidedUs: null,
  ms: 1,
});
const told = (...events: RunEvent[]) => {
  const tellings = new Tellings();
  for (const event of events) tellings.append(event);
  return tellings;
};
const TWICE = [
  run(1, "as-written"),
  scenario(2, "started"),
  result(3, true),
  result(4, false),
  fault(5),
  result(6, false),
  scenario(7, "ended"),
  fault(8),
  run(9, "safe"),
  scenario(10, "started"),
  scenario(11, "ended"),
];
const violation = (seq: number) => ({ seq, atUs: 0, text: "", epoch: 0 });

describe("tellings", () => {
  it("finds the latest telling of a scenario on the variant that is asked for", () => {
    const tellings = told(...TWICE);
    expect(tellings.last("burst", "as-written")?.fromSeq).toBe(2);
    expect(tellings.last("burst", "safe")?.fromSeq).toBe(10);
    expect(tellings.last("burst", null)?.fromSeq).toBe(10);
    expect(tellings.last("burst", "as-written", 2)).toBeNull();
    expect(tellings.last("other", null)).toBeNull();
  });

  it("points at the first violation, the first fault, the first denial within the telling, else at its end", () => {
    const tellings = told(...TWICE);
    const first = tellings.last("burst", "as-written");
    const second = tellings.last("burst", "safe");
    if (!first || !second) throw new Error("both are told");
    const violations = [violation(12), violation(6), violation(4), violation(1)];
    expect(seqOf(first, "violation", violations)).toBe(4);
    expect(seqOf(first, "fault", violations)).toBe(5);
    expect(seqOf(first, "denied", violations)).toBe(4);
    expect([seqOf(second, "violation", violations), seqOf(second, "fault", [])]).toEqual([11, 11]);
  });

  it("has no end to point at while it is being played, and forgets what the trace forgets", () => {
    const tellings = told(...TWICE.slice(0, 3));
    const open = tellings.last("burst", null);
    expect(open && seqOf(open, "violation", [])).toBeNull();
    tellings.dropBefore(3);
    expect(tellings.last("burst", null)).toBeNull();
  });

  it("takes a scenario that failed for ended", () => {
    expect(told(scenario(1, "started"), scenario(2, "failed")).last("burst", "any")?.toSeq).toBe(2);
  });
});
