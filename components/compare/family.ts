/** What can be compared: patterns of one family whose traffic action admits or denies a client. */
import { FAMILIES, type Family, type PatternDescription } from "@/lib/contract";
import { MAX_RUNS, MIN_RUNS, type VariantId, variantsOf } from "../side-by-side/variants";

/** Does its traffic action answer a client with yes or no? */
function isComparable({ actions, trafficAction }: PatternDescription): boolean {
  const action = actions.find(({ id }) => id === trafficAction);
  const properties = action?.result.properties;
  return (
    action?.actorField === "client" && typeof properties === "object" && properties !== null && "allowed" in properties
  );
}

/** The family's patterns that can be compared, each with the variants that traffic can ask. */
export function comparablePatterns(patterns: readonly PatternDescription[], family: string): PatternDescription[] {
  return patterns
    .filter((pattern) => pattern.family === family && isComparable(pattern))
    .map((pattern) => ({
      ...pattern,
      variants: pattern.variants.filter(({ actions }) => actions.includes(pattern.trafficAction ?? "")),
    }));
}

/** Families that have something to compare, in the catalogue's order. */
export function comparableFamilies(patterns: readonly PatternDescription[]): Family[] {
  return (Object.keys(FAMILIES) as Family[]).filter(
    (family) => variantsOf(comparablePatterns(patterns, family)).length >= MIN_RUNS,
  );
}

/** The safe form of each pattern; when that is fewer than two, whatever comes next. */
export function defaultLimiters(patterns: readonly PatternDescription[]): VariantId[] {
  const all = variantsOf(patterns);
  const safe = all.filter(({ variant }) => variant === "safe");
  const rest = all.filter(({ variant }) => variant !== "safe");
  return [...safe, ...rest].slice(0, Math.max(MIN_RUNS, Math.min(MAX_RUNS, safe.length)));
}
