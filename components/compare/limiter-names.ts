/** What limiters are called on this page. */
import type { ComparedLimiter, PatternDescription } from "@/lib/contract";
import type { LimiterId } from "./family";
import type { CompareSession } from "./session";

export interface LimiterName {
  pattern: string;
  variant: string;
}

function nameOf(patterns: readonly PatternDescription[], { pattern, variant }: LimiterId): LimiterName {
  const of = patterns.find(({ id }) => id === pattern);
  return {
    pattern: of?.title ?? pattern,
    variant: of?.variants.find(({ id }) => id === variant)?.title ?? variant,
  };
}

export const fullName = ({ pattern, variant }: LimiterName): string => `${pattern}, ${variant}`;

export interface ShownLimiter extends LimiterName {
  /** The pattern alone, where it takes part once; with its variant otherwise. */
  short: string;
  /** Unique on the page: one limiter may take part twice. */
  key: string;
  id: LimiterId;
  /** What is known of it; null before the start. */
  facts: ComparedLimiter | null;
  /** Where its own run can be watched; null when there is none. */
  href: string | null;
}

/** The limiters of the comparison that is shown; before the first, those that are chosen. */
export function shownLimiters({ view, setup, patterns, isGone }: CompareSession): ShownLimiter[] {
  const limiters: readonly (LimiterId & { facts: ComparedLimiter | null })[] =
    view?.limiters.map((facts) => ({ pattern: facts.pattern, variant: facts.variant, facts })) ??
    setup.limiters.map((id) => ({ ...id, facts: null }));
  const isOnlyOne = (pattern: string) => limiters.filter((one) => one.pattern === pattern).length === 1;
  return limiters.map(({ pattern, variant, facts }, i) => {
    const name = nameOf(patterns, { pattern, variant });
    return {
      ...name,
      short: isOnlyOne(pattern) ? name.pattern : fullName(name),
      key: facts?.runId ?? `${i} ${pattern} ${variant}`,
      id: { pattern, variant },
      facts,
      href: facts && !isGone ? `/patterns/${pattern}?run=${facts.runId}` : null,
    };
  });
}
