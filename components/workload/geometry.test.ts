import { describe, expect, it } from "vitest";
import { geometryOf, leastHeight, momentAt, xOf } from "./geometry";

const room = (width: number, scale = 1) => ({ width, height: 600, scale, charts: 4 });

describe("the places of the charts", () => {
  it.each([
    ["a desk", room(1140)],
    ["a telephone", room(343)],
    ["a projector", room(1800, 1.6)],
  ])("leave room for lines on %s, and find a moment where they draw it", (_, of) => {
    const geometry = geometryOf(of);
    expect(geometry.chart.plotWidth).toBeGreaterThan(200);
    expect(xOf(geometry, 20, 20)).toBeLessThan(of.width - geometry.ends);
    expect(momentAt(geometry, xOf(geometry, 7.5, 20), 20)).toBeCloseTo(7.5);
    expect(momentAt(geometry, of.width - 1, 20)).toBeNull();
    expect(momentAt(geometry, 1, 20)).toBeNull();
  });

  it("share out the height, time axis and titles included", () => {
    for (const width of [343, 1140]) {
      const { chart, titleHeight, narrow } = geometryOf(room(width));
      expect(narrow).toBe(width === 343);
      expect(4 * (chart.height + titleHeight) + chart.timeHeight).toBeCloseTo(600);
      expect(leastHeight(room(width))).toBeLessThanOrEqual(600);
    }
  });
});
