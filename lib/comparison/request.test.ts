import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Arrivals, Pattern } from "../contract";
import { patterns } from "../patterns/registry";
import { checkParams, findVariant, type OpenRequest } from "../run/service";
import { type ComparisonRequest, prepareLimiters } from "./request";

const limiter = patterns.find(({ id }) => id === "token-bucket") as Pattern;
/** Takes traffic, but answers with a number. */
const counter: Pattern = {
  ...limiter,
  id: "counter",
  actions: limiter.actions.map((action) => ({ ...action, result: z.strictObject({ value: z.number() }) })),
};
/** A limiter that no client asks for itself. */
const gate: Pattern = { ...limiter, id: "gate", actions: limiter.actions.map(({ actorField: _, ...rest }) => rest) };
const quiet: Pattern = { ...limiter, id: "quiet", trafficAction: "nothing" };
const empty: Pattern = { ...limiter, id: "empty", variants: limiter.variants.map((one) => ({ ...one, actions: {} })) };

const catalogue = [...patterns, counter, gate, quiet, empty];
const runs = {
  prepare({ pattern: id, variant, params, seed }: OpenRequest) {
    const pattern = catalogue.find((one) => one.id === id) as Pattern;
    return {
      pattern,
      variant: findVariant(pattern, variant ?? ""),
      params: checkParams(pattern, params ?? {}),
      seed: seed ?? 0,
    };
  },
};

const safe = { pattern: "token-bucket", variant: "safe" };
const prepare = (variants: ComparisonRequest["variants"], over: Partial<Arrivals> = {}) =>
  prepareLimiters(
    { variants, arrivals: { shape: "steady", rate: 1, seconds: 1, clients: 2, cost: 1, ...over } },
    5,
    ["alice", "bob"],
    runs,
  );
/** The refusal of the second one. */
const refusal = (variant: ComparisonRequest["variants"][number], over?: Partial<Arrivals>) => {
  try {
    prepare([safe, variant], over);
  } catch (error) {
    return error;
  }
  throw new Error("was not refused");
};

describe("a request for a comparison", () => {
  it("asks every limiter the same for each client, on one seed and with its own parameters", () => {
    const prepared = prepare([
      { ...safe, params: { capacity: 20 } },
      { pattern: "fixed-window", variant: "as-written" },
    ]);
    expect(prepared.map(({ run }) => [run.pattern.id, run.variant.id, run.seed])).toEqual([
      ["token-bucket", "safe", 5],
      ["fixed-window", "as-written", 5],
    ]);
    expect(prepared.map(({ run }) => run.params)).toEqual([
      { capacity: 20, refillPerSecond: 1 },
      { limit: 10, windowMs: 10_000 },
    ]);
    for (const { calls } of prepared)
      expect(calls).toEqual([
        { action: "take", body: { client: "alice" } },
        { action: "take", body: { client: "bob" } },
      ]);
  });

  it("passes a cost on to those that know one", () => {
    const [first] = prepare([safe, { pattern: "sliding-window", variant: "safe" }], { cost: 3 });
    expect(first?.calls[0]).toEqual({ action: "take", body: { client: "alice", cost: 3 } });
  });

  it("is refused with 409 where a variant knows no cost, and says which", () => {
    const refused = refusal({ pattern: "fixed-window", variant: "as-written" }, { cost: 2 });
    expect(refused).toMatchObject({ status: 409, code: "not_in_variant", details: { field: "arrivals.cost" } });
    expect(refused).toHaveProperty("message", expect.stringMatching(/^arrivals\.cost: Fixed window, As written: /));
  });

  it("is refused with 400 where the cost is more than a limiter ever admits", () => {
    expect(refusal({ pattern: "sliding-window", variant: "safe", params: { limit: 2 } }, { cost: 3 })).toMatchObject({
      status: 400,
      details: { field: "arrivals.cost" },
      message: "arrivals.cost: Sliding window, Safe: must be at most the limit, 2",
    });
  });

  it("is refused with the field as the caller wrote it", () => {
    expect(refusal({ ...safe, variant: "nope" })).toMatchObject({
      status: 400,
      details: { field: "variants.1.variant" },
      message: 'variants.1.variant: token-bucket has no variant "nope"',
    });
    expect(refusal({ ...safe, params: { capacity: 0 } })).toMatchObject({
      status: 400,
      details: { field: "variants.1.params.capacity" },
      message: "variants.1.params.capacity: must be from 1 to 1000 tokens",
    });
  });

  it.each(["counter", "gate", "quiet"])("is refused when a pattern answers no client with yes or no: %s", (pattern) => {
    expect(refusal({ pattern, variant: "safe" })).toMatchObject({
      status: 400,
      code: "invalid",
      details: { field: "variants.1.pattern" },
      message: `variants.1.pattern: "${pattern}" admits or denies no clients`,
    });
  });

  it("is refused when a variant lacks the action that arrivals ask for", () => {
    expect(refusal({ pattern: "empty", variant: "safe" })).toMatchObject({
      status: 409,
      code: "not_in_variant",
      details: { field: "variants.1.variant" },
    });
  });
});
