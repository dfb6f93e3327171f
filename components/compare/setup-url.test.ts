import { describe, expect, it } from "vitest";
import type { VisitUrl } from "../side-by-side/visit-url";
import { PATTERNS } from "./patterns.fixture";
import { defaultSetup, type Setup } from "./setup";
import { formatCompareUrl, parseCompareUrl } from "./setup-url";

const setup: Setup = {
  limiters: [
    { pattern: "window", variant: "as-written" },
    { pattern: "bucket", variant: "racy" },
  ],
  quota: { limit: 25, windowMs: 1500 },
  shape: "poisson",
  rate: 2.5,
  seconds: 30,
  clients: 3,
  seed: 0,
};

describe("the address of a comparison", () => {
  it.each<[string, VisitUrl<Setup>]>([
    ["a set-up", { setup, id: null, present: false }],
    ["a set-up without a seed", { setup: { ...setup, seed: null }, id: null, present: false }],
    ["a comparison on a projector", { setup, id: "Abc_-0123456789012345678", present: true }],
  ])("brings back %s", (_, url) => {
    expect(parseCompareUrl(formatCompareUrl(url), PATTERNS)).toEqual(url);
  });

  it("stands for the usual set-up when it says nothing", () => {
    expect(parseCompareUrl("", PATTERNS)).toEqual({
      setup: defaultSetup(PATTERNS),
      id: null,
      present: false,
    });
  });

  it.each([
    "limiters=nope.safe+window&limit=-1&windowMs=abc&shape=storm&rate=1e9&seconds=0&clients=99&seed=1.5",
    "limit=&rate=+&seconds=NaN&clients=Infinity&seed=-1",
    "comparison=../../runs&present=yes&limit[]=5",
    "comparison=%3Cscript%3E",
  ])("is not broken by junk: %s", (junk) => {
    expect(parseCompareUrl(`?${junk}`, PATTERNS)).toEqual(parseCompareUrl("", PATTERNS));
  });

  it("drops what is unknown and keeps the rest", () => {
    const { limiters } = parseCompareUrl("?limiters=window.safe+nope.safe", PATTERNS).setup;
    expect(limiters).toEqual([{ pattern: "window", variant: "safe" }]);
  });
});
