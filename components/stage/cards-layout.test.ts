import { describe, expect, it } from "vitest";
import type { CardRing } from "@/lib/contract";
import { isAmiss, ringShare, ringText } from "./cards-layout";

const ring = (leftMs: number | null): CardRing => ({ label: "TTL", leftMs, ofMs: 4000, drawn: "kept" });

describe("a ring of a card", () => {
  it("shows the part that is left, all of it where there is no end", () => {
    expect([1000, -500, null].map((ms) => ringShare(ring(ms)))).toEqual([0.25, 0, 1]);
  });

  it("says the time, that there is none, and for how long it is over", () => {
    expect(ringText(ring(3240))).toBe("3.2 s");
    expect(ringText(ring(null))).toBe("none");
    expect(ringText(ring(-3000))).toBe("over for 3.0 s");
    expect([ring(null), ring(-1), ring(0), ring(5)].map(isAmiss)).toEqual([true, true, false, false]);
  });
});
