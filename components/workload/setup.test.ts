import { describe, expect, it } from "vitest";
import type { Workload } from "@/lib/contract";
import type { VisitUrl } from "../side-by-side/visit-url";
import {
  defaultSetup,
  killSecondOf,
  obstacle,
  requestOf,
  type Setup,
  setupOf,
  sharedNotes,
  sharedRange,
} from "./setup";
import { formatWorkloadUrl, parseWorkloadUrl } from "./setup-url";
import { BEHIND, STRATEGIES, strategyFacts, workloadView } from "./workload.fixture";

const setup: Setup = {
  strategies: [
    { pattern: "through", variant: "versioned" },
    { pattern: "behind", variant: "safe" },
  ],
  rate: 40,
  seconds: 8,
  writePercent: 35,
  keys: 12,
  skew: 1.3,
  killAt: 2.5,
  databaseMs: 30,
  ttlMs: 2500,
  seed: 0,
};

const WORKLOAD: Workload = { rate: 40, seconds: 8, writeShare: 0.35, keys: 12, skew: 1.3, killAt: 2.5 };

describe("the set-up that one finds", () => {
  it("is every pattern as written, with a kill at half time, and can be started", () => {
    const standard = defaultSetup(STRATEGIES);
    expect(standard.strategies.map(({ pattern, variant }) => `${pattern} ${variant}`)).toEqual([
      "aside as-written",
      "through as-written",
      "behind as-written",
    ]);
    expect(killSecondOf(standard)).toBe(standard.seconds / 2);
    expect(obstacle(standard)).toBeNull();
  });

  it("is of whatever there is where hardly anything is called as written", () => {
    const [, safe] = BEHIND.variants;
    if (!safe) throw new Error("the fixture has variants");
    const renamed = { ...BEHIND, id: "renamed", variants: [safe] };
    expect(defaultSetup([BEHIND, renamed]).strategies).toHaveLength(3);
  });
});

describe("why a workload cannot be started", () => {
  it.each([
    ["at least 2", setup.strategies.slice(1)],
    ["at most 5", [...setup.strategies, ...setup.strategies, ...setup.strategies]],
  ])("is said: %s", (text, strategies) => {
    expect(obstacle({ ...setup, strategies })).toContain(text);
  });
});

describe("what all strategies share", () => {
  it("may be what every chosen strategy that has it can take", () => {
    expect(sharedRange(STRATEGIES, setup.strategies, "databaseMs")).toEqual({ min: 0, max: 500, step: 10 });
    expect(sharedRange(STRATEGIES, setup.strategies, "ttlMs")).toEqual({ min: 500, max: 60_000, step: 100 });
    expect(sharedRange(STRATEGIES, [{ pattern: "behind", variant: "safe" }], "ttlMs")).toBeNull();
  });

  it("says who has no part in it, and who takes another value", () => {
    expect(sharedNotes(STRATEGIES, setup)).toEqual(["Behind gives its keys no time to live."]);
    const strategies = [{ pattern: "aside", variant: "safe" }];
    expect(sharedNotes(STRATEGIES, { ...setup, strategies })).toEqual([
      "Aside: TTL is 3,000 ms; exactly it would be 2,500.",
    ]);
  });
});

describe("other seconds", () => {
  it("leave a kill at half time at half time", () => {
    expect(killSecondOf({ killAt: "half time", seconds: 30 })).toBe(15);
    const view = workloadView({ workload: { ...WORKLOAD, seconds: 8, killAt: 4 } });
    expect(killSecondOf({ ...setupOf(view, setup), seconds: 30 })).toBe(15);
    expect(killSecondOf({ ...parseWorkloadUrl("?seconds=8&killAt=4", STRATEGIES).setup, seconds: 30 })).toBe(15);
  });

  it("leave any other kill where it was asked for, as long as that is before the end", () => {
    // On the way from 15 to 20 one has typed 2.
    expect([15, 2, 20].map((seconds) => killSecondOf({ killAt: 10, seconds }))).toEqual([10, 2, 10]);
    expect([15, 2, 20].map((seconds) => killSecondOf({ killAt: 1, seconds }))).toEqual([1, 1, 1]);
    expect(killSecondOf({ killAt: null, seconds: 2 })).toBeNull();
  });

  it("ask the server, and name in the address, a kill that can be", () => {
    const beyond = { ...setup, killAt: 10 };
    expect(requestOf(beyond, STRATEGIES).workload).toMatchObject({ seconds: 8, killAt: 8 });
    expect(formatWorkloadUrl({ setup: beyond, id: null, present: false })).toContain("killAt=8");
  });
});

describe("what the server is asked for", () => {
  it("names strategies with their parameters, the workload and the seed", () => {
    expect(requestOf(setup, STRATEGIES)).toEqual({
      strategies: [
        { pattern: "through", variant: "versioned", params: { ttlMs: 2500, databaseMs: 30 } },
        { pattern: "behind", variant: "safe", params: { databaseMs: 30 } },
      ],
      workload: WORKLOAD,
      seed: 0,
    });
    expect(requestOf({ ...setup, seed: null }, STRATEGIES)).not.toHaveProperty("seed");
  });

  it("is found again in the workload that comes of it", () => {
    const view = workloadView({
      workload: WORKLOAD,
      seed: 0,
      strategies: [
        strategyFacts("through", { variant: "versioned", params: { ttlMs: 2500, databaseMs: 30 } }),
        strategyFacts("behind", { variant: "safe", params: { databaseMs: 30 } }),
      ],
    });
    expect(setupOf(view, defaultSetup(STRATEGIES))).toEqual(setup);
  });

  it("keeps of before what a workload does not tell", () => {
    const view = workloadView({ strategies: [strategyFacts("behind", { params: { databaseMs: 30 } })] });
    expect(setupOf(view, { ...setup, ttlMs: 9000 })).toMatchObject({ ttlMs: 9000, databaseMs: 30 });
  });
});

describe("the address of a workload", () => {
  it.each<[string, VisitUrl<Setup>]>([
    ["a set-up", { setup, id: null, present: false }],
    ["a set-up without seed and kill", { setup: { ...setup, seed: null, killAt: null }, id: null, present: false }],
    ["a workload on a projector", { setup, id: "Abc_-0123456789012345678", present: true }],
  ])("brings back %s", (_, url) => {
    expect(parseWorkloadUrl(formatWorkloadUrl(url), STRATEGIES)).toEqual(url);
  });

  it("stands for the usual set-up when it says nothing", () => {
    const url = { setup: defaultSetup(STRATEGIES), id: null, present: false };
    expect(parseWorkloadUrl("", STRATEGIES)).toEqual(url);
  });

  it.each([
    "strategies=nope.safe+aside&rate=0&seconds=1e9&writePercent=101&keys=0&skew=-1&databaseMs=-1&ttlMs=1&seed=1.5",
    "rate=&seconds=NaN&writePercent=+&keys=Infinity&skew=x&killAt=soon&seed=-1",
    "workload=../../runs&present=yes&rate[]=5",
    "workload=%3Cscript%3E&killAt=21",
  ])("is not broken by junk: %s", (junk) => {
    expect(parseWorkloadUrl(`?${junk}`, STRATEGIES)).toEqual(parseWorkloadUrl("", STRATEGIES));
  });

  it("puts a kill that is not told at half time", () => {
    expect(killSecondOf(parseWorkloadUrl("?seconds=30", STRATEGIES).setup)).toBe(15);
  });
});
