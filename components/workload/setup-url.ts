/** The page's state in its address: a set-up can be shared, and so can a running workload. */
import type { PatternDescription } from "@/lib/contract";
import {
  seedIn,
  type VisitUrl,
  variantsIn,
  variantsText,
  visitIn,
  visitSearch,
  within,
} from "../side-by-side/visit-url";
import {
  defaultSetup,
  killAskedBy,
  killRange,
  killSecondOf,
  RANGES,
  type Setup,
  type SharedParams,
  sharedRange,
} from "./setup";

/** What the address says of a kill that is not to be. */
const NEVER = "never";

/** Reads what it knows and drops what is out of bounds, so that no address can break the page. */
export function parseWorkloadUrl(search: string, patterns: readonly PatternDescription[]): VisitUrl<Setup> {
  const query = new URLSearchParams(search);
  const standard = defaultSetup(patterns);
  const strategies = variantsIn(query.get("strategies"), patterns) ?? standard.strategies;
  const numberOf = (name: keyof typeof RANGES) => within(query.get(name), RANGES[name]) ?? standard[name];
  const sharedOf = (name: keyof SharedParams) => {
    const range = sharedRange(patterns, strategies, name);
    return (range && within(query.get(name), range)) ?? standard[name];
  };
  const seconds = numberOf("seconds");
  const killAt = query.get("killAt");
  return {
    setup: {
      strategies,
      rate: numberOf("rate"),
      seconds,
      writePercent: numberOf("writePercent"),
      keys: Math.round(numberOf("keys")),
      skew: numberOf("skew"),
      killAt: killAskedBy(killAt === NEVER ? null : (within(killAt, killRange(seconds)) ?? seconds / 2), seconds),
      databaseMs: sharedOf("databaseMs"),
      ttlMs: sharedOf("ttlMs"),
      seed: seedIn(query),
    },
    ...visitIn(query, "workload"),
  };
}

/** "?strategies=cache-aside.safe+write-behind.safe&rate=100&…". */
export function formatWorkloadUrl(url: VisitUrl<Setup>): string {
  const { strategies, seed: _, killAt: __, ...numbers } = url.setup;
  const killAt = killSecondOf(url.setup) ?? NEVER;
  return visitSearch({ strategies: variantsText(strategies), ...numbers, killAt }, url, "workload");
}
