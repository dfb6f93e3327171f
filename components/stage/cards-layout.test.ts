import { describe, expect, it } from "vitest";
import type { CardRing } from "@/lib/contract";
import { arcPath, isAmiss, ringShare, ringText } from "./cards-layout";

const ring = (leftMs: number | null): CardRing => ({ label: "TTL", leftMs, ofMs: 4000, drawn: "kept" });

describe("a ring", () => {
  it("shows the part that is left, all of it where there is no end", () => {
    expect([4000, 1000, 0, -500, 9000, null].map((ms) => ringShare(ring(ms)))).toEqual([1, 0.25, 0, 0, 1, 1]);
  });

  it("runs clockwise from the top", () => {
    expect(arcPath(0.25, 10)).toBe("M0 -10A10 10 0 0 1 10.00 -0.00");
    expect(arcPath(0.75, 10)).toBe("M0 -10A10 10 0 1 1 -10.00 0.00");
    expect(arcPath(0, 10)).toBe("");
    expect(arcPath(1, 10)).toMatch(/A.*A/);
  });

  it("says the time, that there is none, and for how long it is over", () => {
    expect(ringText(ring(3240))).toBe("3.2 s");
    expect(ringText(ring(null))).toBe("none");
    expect(ringText(ring(-3000))).toBe("over for 3.0 s");
    expect([ring(null), ring(-1), ring(0), ring(5)].map(isAmiss)).toEqual([true, true, false, false]);
  });
});
