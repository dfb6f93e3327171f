import { describe, expect, it } from "vitest";
import { Bins } from "./bins";

const log = {
  atMs: Float64Array.from([0, 40, 99.999, 100, 250]),
  letter: (limiter: number, n: number) => (limiter === 0 ? "y" : n < 2 ? "n" : n === 4 ? "x" : "y") as "y" | "n" | "x",
  differs: (n: number) => n < 2 || n === 4,
};

function filled(binMs: number): Bins {
  const bins = new Bins(binMs, 300, 2);
  for (let n = 0; n < log.atMs.length; n++) bins.add(log, n);
  return bins;
}

describe("arrivals counted by stretches of time", () => {
  it("belong to the stretch that their moment begins or lies in", () => {
    expect([...filled(100).arrivals]).toEqual([3, 1, 1]);
  });

  it("are counted per limiter and answer", () => {
    const bins = filled(100);
    expect(bins.denied.map((counts) => [...counts])).toEqual([
      [0, 0, 0],
      [2, 0, 0],
    ]);
    expect([...(bins.failed[1] ?? [])]).toEqual([0, 0, 1]);
  });

  it("keep the first moment, and the first of a disagreement", () => {
    const bins = filled(300);
    expect([bins.firstMs[0], bins.firstDisagreedMs[0]]).toEqual([0, 0]);
    expect([...filled(100).firstDisagreedMs]).toEqual([0, 0, 250]);
  });

  it("know the largest counts, to which a picture is drawn", () => {
    const { mostArrivals, mostAnswers, mostDisagreed } = filled(100);
    expect({ mostArrivals, mostAnswers, mostDisagreed }).toEqual({ mostArrivals: 3, mostAnswers: 3, mostDisagreed: 2 });
  });

  it("hold what lies beyond either end in the outermost stretch", () => {
    const bins = new Bins(100, 300, 1);
    expect([bins.indexAt(-5), bins.indexAt(299), bins.indexAt(5000)]).toEqual([0, 2, 2]);
  });
});
