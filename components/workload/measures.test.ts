import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  durationText,
  fullBuckets,
  heightOf,
  historyOf,
  levelsOf,
  MEASURES,
  momentText,
  shownAt,
  spread,
} from "./measures";
import { bucket, strategyFacts, workloadView } from "./workload.fixture";

const measure = (id: string) => {
  const found = MEASURES.find((one) => one.id === id);
  if (!found) throw new Error(`no measure ${id}`);
  return found;
};

describe("what is drawn of a workload", () => {
  const buckets = [
    bucket(),
    bucket({ reads: 4, hits: 4, queries: 0, writeMs: null, staleReads: 1, stalestMs: 350 }),
    bucket({ reads: 0, hits: 0 }),
  ];
  const view = workloadView({ strategies: [strategyFacts("aside", { buckets }), strategyFacts("behind")] });

  it("is one value per strategy and stretch of time, in the middle of it", () => {
    expect(historyOf(view, measure("hits"))).toEqual({
      atS: [0.25, 0.75, 1.25, 1.75],
      labels: ["0 s", "0.5 s", "1 s", "1.5 s"],
      values: [
        [0.5, 1, null, null],
        [null, null, null, null],
      ],
    });
  });

  it("says queries by the second, and nothing where nothing was read or written", () => {
    const valuesOf = (id: string) => historyOf(view, measure(id)).values[0];
    expect(valuesOf("queries")).toEqual([16, 0, 16, 0]);
    expect(valuesOf("staleness")).toEqual([0, 350, null, null]);
    expect(valuesOf("writes")).toEqual([20, null, 20, null]);
  });

  it("counts a stretch that the end cuts short by its own length", () => {
    const short = { ...view, workload: { ...view.workload, seconds: 1.25 } };
    const { atS, values } = historyOf(short, measure("queries"));
    expect(atS).toEqual([0.25, 0.75, 1.125]);
    expect(values[0]).toEqual([16, 0, 32]);
  });

  it("leaves out a stretch that may still fill, and whatever is answered after the end", () => {
    expect(fullBuckets({ ...view, status: "running", elapsedMs: 1499 })).toBe(2);
    expect(fullBuckets({ ...view, status: "running", elapsedMs: 2600 })).toBe(4);
    expect(fullBuckets({ ...view, status: "ended", elapsedMs: 700 })).toBe(1);
    expect(fullBuckets({ ...view, status: "counting", elapsedMs: 1990 })).toBe(4);
  });
});

describe("the values at the lines' ends", () => {
  const values = [
    [1, 2, null],
    [3, null, 5],
    [null, null, null],
  ];

  it("are the latest that there are", () => {
    expect(shownAt({ values }, null)).toEqual([
      { strategy: 0, value: 2 },
      { strategy: 1, value: 5 },
    ]);
  });

  it("are those of the stretch that is pointed at", () => {
    expect(shownAt({ values }, 0).map(({ value }) => value)).toEqual([1, 3]);
    expect(shownAt({ values }, 2)).toEqual([{ strategy: 1, value: 5 }]);
  });
});

describe("a moment in words", () => {
  it("says every measure of every strategy that has one", () => {
    const [hits, queries] = [measure("hits"), measure("queries")];
    const history = (...values: (number | null)[][]) => ({ atS: [0.25, 0.75], labels: ["0 s", "0.5 s"], values });
    const rows = [
      { measure: hits, history: history([0, 0.91], [1, null]) },
      { measure: queries, history: history([3, 16], [5, 0]) },
    ];
    expect(momentText(rows, ["Aside", "Behind"], 1)).toBe(
      "0.5 s. Hit rate: Aside 91 %; Database queries: Aside 16/s, Behind 0/s",
    );
  });
});

describe("the axis of levels", () => {
  it("has round steps from 0 to the most that there is, and reaches so far at least", () => {
    expect(levelsOf([[3, 87, null]], { scale: "linear", least: 10 })).toEqual([0, 50, 100]);
    expect(levelsOf([[0.4]], { scale: "linear", least: 1 })).toEqual([0, 0.5, 1]);
    expect(levelsOf([], { scale: "linear", least: 100 })).toEqual([0, 50, 100]);
  });

  it("has powers of ten where values differ that much, and never more labels than there is room for", () => {
    const levels = (...values: number[]) => levelsOf([values], { scale: "log", least: 100 });
    expect(levels()).toEqual([1, 10, 100]);
    expect(levels(0.42, 512)).toEqual([0.1, 1, 10, 100, 1000]);
    expect(levels(0.042, 5120)).toEqual([0.01, 1, 100, 10_000]);
  });

  it("finds a value where its line is drawn", () => {
    expect(heightOf(25, [0, 50, 100], "linear")).toBe(0.25);
    expect(heightOf(10, [0.1, 1, 10, 100, 1000], "log")).toBeCloseTo(0.5);
    expect(heightOf(0.01, [0.1, 1], "log")).toBe(0);
  });
});

describe("labels beside each other", () => {
  it("stay where they want to be while there is room", () => {
    expect(spread([80, 10, 40], 15, 100)).toEqual([80, 10, 40]);
  });

  it("make way for each other, and never leave the picture", () => {
    expect(spread([0, 0, 0], 15, 100)).toEqual([0, 15, 30]);
    expect(spread([100, 100], 15, 100)).toEqual([85, 100]);
    const heights = fc.array(fc.double({ min: 0, max: 90, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(heights, (wanted) => {
        const placed = spread(wanted, 16, 90);
        const ascending = placed.toSorted((a, b) => a - b);
        expect(ascending[0]).toBeGreaterThanOrEqual(-1e-9);
        expect(ascending.at(-1)).toBeLessThanOrEqual(90 + 1e-9);
        for (const [i, y] of ascending.entries()) if (i) expect(y - (ascending[i - 1] ?? 0)).toBeGreaterThan(15.9);
      }),
    );
  });

  it("stand closer where there is not room enough for all of them", () => {
    expect(spread([0, 0, 0], 60, 100)).toEqual([0, 50, 100]);
  });
});

describe("a stretch of time in words", () => {
  it.each([
    [0, "0 ms"],
    [0.416, "0.42 ms"],
    [21.34, "21.3 ms"],
    [850.4, "850 ms"],
    [4930, "4.9 s"],
  ])("%d ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
