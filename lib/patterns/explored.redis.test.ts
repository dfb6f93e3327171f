/** Every order of every race on real Redis: what breaks in some order does so, and what is said to be safe breaks in none. */
import { describe, expect, it } from "vitest";
import { exploreOnServers, registered } from "../explore/testing";
import { patterns } from "./registry";

/** Where nodes restart, a real server dies and another is started in each order. */
const RACE_MS = 180_000;
/** Orders. */
const ENOUGH = 2000;

const races = patterns.flatMap(({ id, scenarios, variants }) =>
  scenarios
    .filter(({ race }) => race)
    .flatMap((scenario) =>
      variants.map((variant) => ({
        id,
        scenario: scenario.id,
        variant: variant.id,
        promised: scenario.expect[variant.id] ?? "n/a",
      })),
    )
    .filter(({ promised }) => promised !== "n/a"),
);

const promising = (verdict: "breaks" | "holds") => races.filter(({ promised }) => promised === verdict);

describe("what breaks", () => {
  it.each(promising("breaks"))(
    "$id, $scenario, $variant: breaks in some order, and the shortest one ends in its broken verdict",
    async ({ id, scenario, variant }) => {
      const { search, shortest } = await exploreOnServers(registered(id, variant, scenario), { maxSchedules: ENOUGH });
      expect(search.violating).toBeGreaterThan(0);
      expect(shortest?.events.at(-1)).toMatchObject({ type: "verdict", holds: false });
    },
    RACE_MS,
  );
});

describe("what holds", () => {
  // Optimistic retries have more orders than a test has time for; what is called safe has few, and all are run.
  it.each(promising("holds"))(
    "$id, $scenario, $variant: breaks in no order that was run, and safe in none at all",
    async ({ id, scenario, variant }) => {
      const { search, shortest } = await exploreOnServers(registered(id, variant, scenario), { maxSchedules: ENOUGH });
      expect({ violating: search.violating, shortest }).toEqual({ violating: 0, shortest: null });
      if (variant === "safe") expect(search.complete).toBe(true);
      expect(search.strategy).toMatch(search.complete ? /^every order$/ : /^every order with at most [2-9]/);
    },
    RACE_MS,
  );
});

it("every pattern has a race that can be explored", () => {
  expect(patterns.filter(({ scenarios }) => !scenarios.some(({ race }) => race)).map(({ id }) => id)).toEqual([]);
});
