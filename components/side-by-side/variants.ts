/** Which variants of which patterns stand side by side, and what they are called. */
import type { PatternDescription } from "@/lib/contract";

/** The API takes so many runs at once. */
export const MIN_RUNS = 2;
export const MAX_RUNS = 5;

export interface VariantId {
  pattern: string;
  variant: string;
}

export function variantsOf(patterns: readonly PatternDescription[]): VariantId[] {
  return patterns.flatMap(({ id, variants }) => variants.map((variant) => ({ pattern: id, variant: variant.id })));
}

export const sameVariant = (a: VariantId, b: VariantId): boolean => a.pattern === b.pattern && a.variant === b.variant;

export interface VariantName {
  pattern: string;
  variant: string;
}

function nameOf(patterns: readonly PatternDescription[], { pattern, variant }: VariantId): VariantName {
  const of = patterns.find(({ id }) => id === pattern);
  return {
    pattern: of?.title ?? pattern,
    variant: of?.variants.find(({ id }) => id === variant)?.title ?? variant,
  };
}

export const fullName = ({ pattern, variant }: VariantName): string => `${pattern}, ${variant}`;

/** One of them as the page shows it. */
export interface Shown<Facts> extends VariantName {
  /** The pattern alone, where it takes part once; with its variant otherwise. */
  short: string;
  /** Unique on the page: one variant may take part twice. */
  key: string;
  id: VariantId;
  /** What is known of it; null before the start. */
  facts: Facts | null;
  /** Where its own run can be watched; null when there is none. */
  href: string | null;
}

/**
 * Those that run; before there are any, those that are chosen.
 * @param isGone their runs are not there any more
 */
export function shown<Facts extends VariantId & { runId: string }>(
  facts: readonly Facts[] | undefined,
  chosen: readonly VariantId[],
  patterns: readonly PatternDescription[],
  isGone: boolean,
): Shown<Facts>[] {
  const all: readonly { id: VariantId; facts: Facts | null }[] =
    facts?.map((one) => ({ id: { pattern: one.pattern, variant: one.variant }, facts: one })) ??
    chosen.map((id) => ({ id, facts: null }));
  const isOnlyOne = (pattern: string) => all.filter(({ id }) => id.pattern === pattern).length === 1;
  return all.map(({ id, facts: of }, i) => {
    const name = nameOf(patterns, id);
    return {
      ...name,
      short: isOnlyOne(id.pattern) ? name.pattern : fullName(name),
      key: of?.runId ?? `${i} ${id.pattern} ${id.variant}`,
      id,
      facts: of,
      href: of && !isGone ? `/patterns/${id.pattern}?run=${of.runId}` : null,
    };
  });
}
