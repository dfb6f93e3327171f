import { describe, expect, it } from "vitest";
import { arcPath, shareLeft } from "./ring";

describe("a ring", () => {
  it("shows the part that is left, never less than nothing nor more than all", () => {
    expect([4000, 1000, 0, -500, 9000].map((ms) => shareLeft(ms, 4000))).toEqual([1, 0.25, 0, 0, 1]);
    expect(shareLeft(0, 0)).toBe(0);
  });

  it("runs clockwise from the top", () => {
    expect(arcPath(0.25, 10)).toBe("M0 -10A10 10 0 0 1 10.000 -0.000");
    expect(arcPath(0.75, 10)).toBe("M0 -10A10 10 0 1 1 -10.000 0.000");
    expect(arcPath(0, 10)).toBe("");
    expect(arcPath(1, 10)).toMatch(/A.*A/);
  });
});
