/** The caching strategies that a workload can be put on, and how each is told from the others. */
import type { PatternDescription } from "@/lib/contract";
import type { VariantId } from "../side-by-side/variants";

/** Fewer are nothing to compare. */
const MIN_PATTERNS = 2;

/** The patterns that can be read and written row by row. Empty when there are too few of them. */
export function cachingStrategies(patterns: readonly PatternDescription[]): PatternDescription[] {
  const found = patterns.filter(({ family, hasRows }) => family === "caching" && hasRows);
  return found.length >= MIN_PATTERNS ? found : [];
}

/** This variant of each pattern that has it. */
export function everyPattern(patterns: readonly PatternDescription[], variant: string): VariantId[] {
  return patterns.flatMap(({ id, variants }) =>
    variants.some((one) => one.id === variant) ? [{ pattern: id, variant }] : [],
  );
}

/**
 * Each one's index of hue and shape. A pattern keeps its own whatever else is chosen; its second variant takes one that is free.
 */
export function markIndices(chosen: readonly VariantId[], patterns: readonly PatternDescription[]): number[] {
  const own = new Map<VariantId, number>();
  for (const [i, { id }] of patterns.entries()) {
    const first = chosen.find(({ pattern }) => pattern === id);
    if (first) own.set(first, i);
  }
  const taken = new Set(own.values());
  return chosen.map((id) => {
    const index = own.get(id) ?? firstFree(taken);
    taken.add(index);
    return index;
  });
}

function firstFree(taken: ReadonlySet<number>): number {
  let index = 0;
  while (taken.has(index)) index++;
  return index;
}
