/** Which families have a page that compares their patterns, and what the catalogue says of it. */
import { FAMILIES, type Family, type PatternDescription } from "@/lib/contract";
import { comparableFamilies } from "../compare/family";
import { cachingStrategies } from "../workload/strategies";

export function comparisonsOf(patterns: readonly PatternDescription[]): Partial<Record<Family, string>> {
  const limiters = comparableFamilies(patterns);
  const of = (family: Family): string | null => {
    if (limiters.includes(family)) return "Compare them on one stream of arrivals";
    if (family === "caching" && cachingStrategies(patterns).length)
      return "Compare them under the same reads and writes";
    return null;
  };
  return Object.fromEntries(
    (Object.keys(FAMILIES) as Family[]).flatMap((family) => {
      const text = of(family);
      return text === null ? [] : [[family, text]];
    }),
  );
}
