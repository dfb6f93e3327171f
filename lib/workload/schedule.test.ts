import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INSTANCES, workloadSchedule, zipfShares } from "./schedule";

const settings = { rate: 200, seconds: 10, writeShare: 0.2, keys: 20, skew: 1 };

describe("the operations of a workload", () => {
  it("are the same again from the same seed, and others from another", () => {
    expect(workloadSchedule(settings, 7)).toEqual(workloadSchedule(settings, 7));
    expect(workloadSchedule(settings, 7).rows).not.toEqual(workloadSchedule(settings, 8).rows);
  });

  it("stay where they are when the share of writes changes: only what was a read becomes a write", () => {
    const [few, many] = [0.1, 0.5].map((writeShare) => workloadSchedule({ ...settings, writeShare }, 7));
    expect(few?.rows).toEqual(many?.rows);
    expect(few?.atMs).toEqual(many?.atMs);
    expect(few?.writes.every((write, n) => write <= (many?.writes[n] ?? 0))).toBe(true);
  });

  it("write as often as they are told to, and ask for the first row twice as often as for the second", () => {
    const { rows, writes } = workloadSchedule({ ...settings, seconds: 60 }, 1);
    const share = (wanted: (n: number) => boolean) => [...rows.keys()].filter(wanted).length / rows.length;
    expect(share((n) => writes[n] === 1)).toBeCloseTo(0.2, 1);
    const [first, second] = [1, 2].map((row) => share((n) => rows[n] === row));
    expect((first ?? 0) / (second ?? 1)).toBeGreaterThan(1.7);
    expect((first ?? 0) / (second ?? 1)).toBeLessThan(2.3);
  });

  it("never leave the rows and instances that there are, whatever the law", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 3, noNaN: true }), (keys, skew) => {
        const { rows, by } = workloadSchedule({ ...settings, seconds: 1, keys, skew }, 3);
        expect(Math.min(...rows)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...rows)).toBeLessThanOrEqual(keys);
        expect(Math.max(...by)).toBeLessThan(INSTANCES);
        expect(zipfShares(keys, skew)).toHaveLength(keys);
      }),
      { numRuns: 50 },
    );
  });
});
