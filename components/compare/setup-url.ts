/** The page's state in its address: a set-up can be shared, and so can a running comparison. */
import { type PatternDescription, TRAFFIC_SHAPES } from "@/lib/contract";
import { type LimiterId, limitersOf, MAX_LIMITERS, sameLimiter } from "./family";
import { ARRIVAL_RANGES, defaultSetup, MAX_SEED, quotaRanges, type Range, type Setup } from "./setup";

export interface CompareUrl {
  setup: Setup;
  comparison: string | null;
  present: boolean;
}

const SEED: Range = { min: 0, max: MAX_SEED, step: 1 };

function within(text: string | null, { min, max }: Range): number | null {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return value >= min && value <= max ? value : null;
}

/** Reads what it knows and drops what is out of bounds, so that no address can break the page. */
export function parseCompareUrl(search: string, patterns: readonly PatternDescription[]): CompareUrl {
  const query = new URLSearchParams(search);
  const standard = defaultSetup(patterns);
  const asked = (query.get("limiters") ?? "").split(" ").map((text): LimiterId => {
    const dot = text.indexOf(".");
    return { pattern: text.slice(0, dot), variant: text.slice(dot + 1) };
  });
  const known = limitersOf(patterns).filter((one) => asked.some((other) => sameLimiter(one, other)));
  const limiters = known.length ? known.slice(0, MAX_LIMITERS) : standard.limiters;
  const ranges = quotaRanges(patterns, limiters);
  const comparison = query.get("comparison");
  return {
    setup: {
      limiters,
      quota: {
        limit: within(query.get("limit"), ranges.limit) ?? standard.quota.limit,
        windowMs: within(query.get("windowMs"), ranges.windowMs) ?? standard.quota.windowMs,
      },
      shape: TRAFFIC_SHAPES.find((shape) => shape === query.get("shape")) ?? standard.shape,
      rate: within(query.get("rate"), ARRIVAL_RANGES.rate) ?? standard.rate,
      seconds: within(query.get("seconds"), ARRIVAL_RANGES.seconds) ?? standard.seconds,
      clients: Math.round(within(query.get("clients"), ARRIVAL_RANGES.clients) ?? standard.clients),
      seed: Number.isInteger(within(query.get("seed"), SEED)) ? Number(query.get("seed")) : null,
    },
    comparison: comparison !== null && /^[A-Za-z0-9_-]{22,64}$/.test(comparison) ? comparison : null,
    present: query.get("present") === "1",
  };
}

/** "?limiters=fixed-window.safe+token-bucket.safe&limit=10&…". */
export function formatCompareUrl({ setup, comparison, present }: CompareUrl): string {
  const { limiters, quota, shape, rate, seconds, clients, seed } = setup;
  const query = new URLSearchParams({
    limiters: limiters.map(({ pattern, variant }) => `${pattern}.${variant}`).join(" "),
    limit: String(quota.limit),
    windowMs: String(quota.windowMs),
    shape,
    rate: String(rate),
    seconds: String(seconds),
    clients: String(clients),
  });
  if (seed !== null) query.set("seed", String(seed));
  if (comparison !== null) query.set("comparison", comparison);
  if (present) query.set("present", "1");
  return `?${query}`;
}
