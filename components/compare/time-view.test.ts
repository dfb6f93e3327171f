import { describe, expect, it } from "vitest";
import { axisMoments, barMs, momentText, msAt, xAt } from "./time-axis";
import { timeView } from "./time-view";

const moment = { zoom: "last", elapsedMs: 0, totalMs: 30_000, chosenMs: null, calm: false } as const;

describe("which stretch of the schedule is in sight", () => {
  it("begins with the first ten seconds, and then keeps now at the right edge", () => {
    expect(timeView({ ...moment, elapsedMs: 4000 })).toEqual({ fromMs: 0, toMs: 10_000, nowMs: 4000 });
    expect(timeView({ ...moment, elapsedMs: 17_300 })).toEqual({ fromMs: 7300, toMs: 17_300, nowMs: 17_300 });
  });

  it("moves by whole seconds for whoever asked for less motion", () => {
    expect(timeView({ ...moment, elapsedMs: 17_300, calm: true })).toMatchObject({ fromMs: 8000, toMs: 18_000 });
    expect(timeView({ ...moment, elapsedMs: 17_900, calm: true })).toMatchObject({ fromMs: 8000, toMs: 18_000 });
  });

  it("is the whole of it when that is asked for, or when it fits", () => {
    expect(timeView({ ...moment, zoom: "whole", elapsedMs: 17_300 })).toMatchObject({ fromMs: 0, toMs: 30_000 });
    expect(timeView({ ...moment, totalMs: 8000, elapsedMs: 5000 })).toMatchObject({ fromMs: 0, toMs: 8000 });
  });

  it("once it is over is the end, or what was chosen, within the schedule", () => {
    const over = { ...moment, elapsedMs: null };
    expect(timeView(over)).toEqual({ fromMs: 20_000, toMs: 30_000, nowMs: null });
    expect(timeView({ ...over, chosenMs: 5000 })).toMatchObject({ fromMs: 5000, toMs: 15_000 });
    expect(timeView({ ...over, chosenMs: 29_000 })).toMatchObject({ fromMs: 20_000 });
    expect(timeView({ ...over, chosenMs: -1 })).toMatchObject({ fromMs: 0 });
  });

  it("never puts now beyond the schedule's end", () => {
    expect(timeView({ ...moment, elapsedMs: 31_000 })).toMatchObject({ toMs: 30_000, nowMs: 30_000 });
  });
});

describe("the axis", () => {
  const view = { fromMs: 5000, toMs: 15_000, nowMs: null };

  it("puts a moment at the place at which a click finds it again", () => {
    expect(xAt(view, 1000, 7500)).toBe(250);
    expect(msAt(view, 1000, 250)).toBe(7500);
  });

  it("is labelled at round moments in sight, as many as there is room for", () => {
    expect(axisMoments(view, 1000, 1)).toEqual([
      5000, 6000, 7000, 8000, 9000, 10_000, 11_000, 12_000, 13_000, 14_000, 15_000,
    ]);
    expect(axisMoments(view, 300, 1)).toEqual([5000, 10_000, 15_000]);
    expect([momentText(5000), momentText(2500)]).toEqual(["5 s", "2.5 s"]);
  });

  it("counts by stretches that stay wide enough to be bars, at any zoom", () => {
    for (const toMs of [6000, 15_000, 65_000])
      for (const width of [320, 900, 1700]) {
        const seen = { ...view, toMs };
        expect((barMs(seen, width, 1) / (toMs - 5000)) * width).toBeGreaterThanOrEqual(7);
      }
  });
});
