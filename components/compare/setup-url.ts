/** The page's state in its address: a set-up can be shared, and so can a running comparison. */
import { type PatternDescription, TRAFFIC_SHAPES } from "@/lib/contract";
import {
  seedIn,
  type VisitUrl,
  variantsIn,
  variantsText,
  visitIn,
  visitSearch,
  within,
} from "../side-by-side/visit-url";
import { ARRIVAL_RANGES, defaultSetup, quotaRanges, type Setup } from "./setup";

/** Reads what it knows and drops what is out of bounds, so that no address can break the page. */
export function parseCompareUrl(search: string, patterns: readonly PatternDescription[]): VisitUrl<Setup> {
  const query = new URLSearchParams(search);
  const standard = defaultSetup(patterns);
  const limiters = variantsIn(query.get("limiters"), patterns) ?? standard.limiters;
  const ranges = quotaRanges(patterns, limiters);
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
      seed: seedIn(query),
    },
    ...visitIn(query, "comparison"),
  };
}

/** "?limiters=fixed-window.safe+token-bucket.safe&limit=10&…". */
export function formatCompareUrl(url: VisitUrl<Setup>): string {
  const { limiters, quota, shape, rate, seconds, clients } = url.setup;
  return visitSearch({ limiters: variantsText(limiters), ...quota, shape, rate, seconds, clients }, url, "comparison");
}
