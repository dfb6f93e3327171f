import { describe, expect, it } from "vitest";
import { comparisonsOf } from "../home/comparisons";
import { cachingStrategies, everyPattern, markIndices } from "./strategies";
import { ASIDE, BEHIND, OTHER, STRATEGIES } from "./workload.fixture";

const id = (pattern: string, variant: string) => ({ pattern, variant });

describe("what a workload can be put on", () => {
  it("is what is read and written row by row", () => {
    expect(cachingStrategies([OTHER, ...STRATEGIES])).toEqual(STRATEGIES);
  });

  it("is nothing as long as there is one of them, and then nothing leads to the page", () => {
    expect(cachingStrategies([ASIDE, OTHER])).toEqual([]);
    expect(comparisonsOf([ASIDE, OTHER])).toEqual({});
    expect(comparisonsOf([ASIDE, BEHIND])).toEqual({ caching: "Compare them under the same reads and writes" });
  });

  it("has a variant of every pattern at once, where the pattern has it", () => {
    expect(everyPattern(STRATEGIES, "versioned")).toEqual([id("through", "versioned")]);
    expect(everyPattern(STRATEGIES, "safe")).toHaveLength(3);
  });
});

describe("hue and shape of a strategy", () => {
  it("stay its pattern's own, whatever else is chosen", () => {
    expect(markIndices([id("behind", "safe")], STRATEGIES)).toEqual([2]);
    expect(markIndices([id("aside", "safe"), id("behind", "as-written")], STRATEGIES)).toEqual([0, 2]);
  });

  it("are those of nobody else for a second variant of a pattern", () => {
    const chosen = [id("aside", "as-written"), id("behind", "as-written"), id("behind", "safe"), id("aside", "safe")];
    expect(markIndices(chosen, STRATEGIES)).toEqual([0, 2, 1, 3]);
  });

  it("are there for a pattern that this page does not know", () => {
    expect(markIndices([id("aside", "safe"), id("unheard-of", "safe")], STRATEGIES)).toEqual([0, 1]);
  });
});
