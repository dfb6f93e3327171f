import { describe, expect, it } from "vitest";
import { ages, ageText, axisStep, fraction, levelText, notches, roomFor, timeToX } from "./scale";

describe("scale", () => {
  it("places now at the right edge and the span's start at the left", () => {
    expect(timeToX(12_000_000, 12_000_000, 12_000, 600)).toBe(600);
    expect(timeToX(0, 12_000_000, 12_000, 600)).toBe(0);
  });

  it("labels a time axis with round ages", () => {
    expect(ages(12_000, 6)).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 12_000]);
    expect([0, 2500, 500].map(ageText)).toEqual(["now", "−2.5 s", "−500 ms"]);
    expect([axisStep(10, 4), axisStep(1000, 4), axisStep(3, 4)]).toEqual([5, 500, 1]);
  });

  it("labels what is still to come when the axis reaches there, and nothing else when it does not", () => {
    expect(ages(12_000, 6, 6000)).toEqual([-5000, 0, 5000, 10_000]);
    expect(ageText(-5000)).toBe("+5 s");
    expect(ages(125, 3, 0).every(Number.isFinite)).toBe(true);
  });

  it("never rounds a level up", () => {
    expect([0.96, 0.999, 10, 3.41].map(levelText)).toEqual(["0.9", "0.9", "10", "3.4"]);
  });

  it("keeps a level within its vessel and its wall legible", () => {
    expect([fraction(-1, 10), fraction(5, 10), fraction(99, 10), fraction(1, 0)]).toEqual([0, 0.5, 1, 0]);
    expect(notches(4)).toEqual([1, 2, 3]);
    expect(notches(1000).length).toBeLessThan(12);
  });

  it("drops labels that would stand in each other", () => {
    const mark = (x: number, widthPx: number) => ({ x, widthPx });
    expect(roomFor([mark(0, 18), mark(5, 9), null, mark(20, 0), mark(30, 9)])).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });
});
