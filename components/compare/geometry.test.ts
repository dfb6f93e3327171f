import { describe, expect, it } from "vitest";
import { geometryOf, leastHeight } from "./geometry";

describe.each([
  { limiters: 4, scale: 1, narrow: false },
  { limiters: 5, scale: 1.6, narrow: false },
  { limiters: 5, scale: 1, narrow: true },
])("rows of $limiters limiters at scale $scale, narrow: $narrow", (room) => {
  const height = leastHeight(room) + 60;
  const geometry = geometryOf({ ...room, width: 800, height });

  it("follow each other down to the axis, which still has room", () => {
    const { lanes, laneHeight, lanesTop, headHeight, disagreements, axisTop } = geometry;
    expect(geometry.arrivals.bottom).toBeLessThan(lanesTop);
    for (const [i, { top, middle, half }] of lanes.entries()) {
      expect(top).toBe(lanesTop + i * laneHeight);
      expect(middle - half).toBeGreaterThanOrEqual(top + headHeight);
      expect(middle + half).toBeLessThanOrEqual(top + laneHeight);
    }
    expect(disagreements.top).toBeGreaterThanOrEqual(lanesTop + room.limiters * laneHeight);
    expect(axisTop + 20 * room.scale).toBeLessThanOrEqual(height);
  });

  it("keep lines through the lanes out of the words over them", () => {
    for (const { top } of geometry.lanes)
      for (const column of geometry.columns)
        if (room.narrow) expect(column.top >= top + geometry.headHeight || column.bottom <= top).toBe(true);
    expect(geometry.columns.at(-1)?.bottom).toBe(geometry.axisTop);
  });
});
