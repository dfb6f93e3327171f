import { describe, expect, it } from "vitest";
import type { Verdict } from "@/lib/events";
import { verdictAt } from "./verdict-at";

const judged = (...seqs: number[]): Verdict => ({
  invariant: "At most two.",
  holds: seqs.length === 0,
  text: seqs.length ? "broken" : "fine",
  violations: seqs.map((seq) => ({ seq, text: `no. ${seq}` })),
  metrics: {},
  checked: 9,
});
const late = (seq: number, epoch = 1) => ({ seq, epoch, atUs: 0, text: `no. ${seq}` });

describe("the verdict of a past moment", () => {
  it("is broken at the very event that a later verdict names, and holds at the event before", () => {
    expect(verdictAt(judged(), 6, 1, [late(7)])).toEqual(judged());
    expect(verdictAt(judged(), 7, 1, [late(7)])).toMatchObject({
      holds: false,
      text: "no. 7",
      violations: [{ seq: 7 }],
    });
  });

  it("says the latest violation so far, and all of them in their order", () => {
    expect(verdictAt(judged(3), 8, 1, [late(3), late(5), late(8), late(9)])).toMatchObject({
      text: "no. 8",
      violations: [{ seq: 3 }, { seq: 5 }, { seq: 8 }],
    });
  });

  it("counts what else broke at the same event", () => {
    expect(verdictAt(judged(), 7, 1, [late(7), late(7), late(7)])?.text).toBe("no. 7 And 2 more at the same moment.");
  });

  it("is the trace's own when nothing of this epoch came late", () => {
    expect(verdictAt(judged(3), 8, 2, [late(3), late(5)])).toEqual(judged(3));
    expect(verdictAt(judged(3), 8, null, [late(5)])).toEqual(judged(3));
    expect(verdictAt(null, 8, 1, [late(5)])).toBeNull();
  });
});
