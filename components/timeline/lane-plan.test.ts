import { describe, expect, it } from "vitest";
import { planLanes } from "./lane-plan";

const names = (count: number) => Array.from({ length: count }, (_, i) => `actor-${i}`);

describe("lanes of the track", () => {
  it("gives each of up to eight actors a lane that no other lane's marks reach into", () => {
    for (let count = 1; count <= 8; count++) {
      const lanes = planLanes(names(count), 9, 38);
      expect(lanes.map(({ actors }) => actors)).toEqual(names(count).map((name) => [name]));
      for (const [i, { y, half }] of lanes.entries()) {
        expect(y - half).toBeGreaterThanOrEqual(i === 0 ? 9 : (lanes[i - 1]?.y ?? 0) + (lanes[i - 1]?.half ?? 0));
        expect(y + half).toBeLessThanOrEqual(38);
      }
    }
  });

  it("puts whoever comes later into the last lane together", () => {
    const lanes = planLanes(names(11), 9, 38);
    expect(lanes).toHaveLength(8);
    expect(lanes[7]?.actors).toEqual(["actor-7", "actor-8", "actor-9", "actor-10"]);
  });
});
