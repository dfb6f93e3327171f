import { describe, expect, it } from "vitest";
import { TRAFFIC_SHAPES } from "../contract";
import { arrivalTimes, MAX_ARRIVALS } from "./traffic";

describe("arrivals", () => {
  it.each(TRAFFIC_SHAPES)("of shape %s come in order, within the time, at about the asked rate", (shape) => {
    const times = arrivalTimes(shape, 50, 10, 42);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(0)).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(10_000);
    expect(times.length).toBeGreaterThan(400);
    expect(times.length).toBeLessThan(600);
  });

  it.each(TRAFFIC_SHAPES)("of shape %s stay within the time at rates that are no whole numbers", (shape) => {
    for (const rate of [0.3, 1.4, 2.5, 9.9])
      expect(Math.max(0, ...arrivalTimes(shape, rate, 10, 42)), `${rate}/s`).toBeLessThan(10_000);
  });

  it.each(TRAFFIC_SHAPES)("of shape %s are the same again from the same seed", (shape) => {
    expect(arrivalTimes(shape, 20, 5, 7)).toEqual(arrivalTimes(shape, 20, 5, 7));
  });

  it("of shape poisson differ from seed to seed", () => {
    expect(arrivalTimes("poisson", 20, 5, 7)).not.toEqual(arrivalTimes("poisson", 20, 5, 8));
  });

  it("of shape burst come all at a second's start", () => {
    expect(new Set(arrivalTimes("burst", 5, 3, 1))).toEqual(new Set([0, 1000, 2000]));
  });

  it("of shape spike have their hard moment in the middle fifth", () => {
    const middle = arrivalTimes("spike", 20, 10, 1).filter((at) => at >= 4000 && at < 6000);
    expect(middle).toHaveLength(160);
  });

  it("never grow past the bound", () => {
    expect(arrivalTimes("steady", 20_000, 600, 1)).toHaveLength(MAX_ARRIVALS);
  });
});
