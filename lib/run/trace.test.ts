import { describe, expect, it } from "vitest";
import type { Invariant, Stage } from "../contract";
import { Trace } from "./trace";

interface State {
  violations: { seq: number; text: string }[];
}

/** Everything breaks it; as a fold may, it changes its own state in place. */
const invariant: Invariant<Record<never, never>, State> = {
  text: "Nothing happens.",
  initial: () => ({ violations: [] }),
  fold(state, { seq, type }) {
    if (type === "fault") state.violations.push({ seq, text: "it happened" });
    return state;
  },
  judge: ({ violations }) => ({ holds: violations.length === 0, text: "", violations, metrics: {} }),
};
const stage: Stage = { initial: () => ({}), fold: (state) => state, panels: () => [], say: () => null };
const fault = { type: "fault", fault: "kill-redis", by: "person", target: "redis", text: "" } as const;

describe("a verdict", () => {
  it("stays in the trace as it was given, whatever breaks later", () => {
    const trace = new Trace(stage, invariant as never, {}, () => 0, { maxEvents: 1000, maxBytes: 1_000_000 }, null);
    trace.append(fault);
    trace.judge();
    const { lastSeq } = trace.log;
    trace.append(fault);
    trace.judge();
    const first = trace.log.range(lastSeq, lastSeq).events[0];
    expect(first?.type === "verdict" && first.violations).toHaveLength(1);
    expect(trace.verdict.violations).toHaveLength(2);
    trace.close();
  });
});
