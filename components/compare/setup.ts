/** What a comparison is asked to be: which limiters, one quota for all of them, and the arrivals. */
import type {
  Arrivals,
  ComparisonView,
  CreatedComparison,
  ParamSpec,
  Params,
  PatternDescription,
  TrafficShape,
} from "@/lib/contract";
import { commonRange, inexactText, type Range, snap } from "../controls/slider-scale";
import { numberText } from "../run/format";
import { MAX_RUNS, MIN_RUNS, type VariantId } from "../side-by-side/variants";
import { defaultLimiters } from "./family";

/** "10 in 2,000 ms": each limiter gets it in its own terms. */
export interface Quota {
  limit: number;
  windowMs: number;
}

export interface Setup {
  limiters: readonly VariantId[];
  quota: Quota;
  shape: TrafficShape;
  /** Requests per second of all clients together. */
  rate: number;
  seconds: number;
  clients: number;
  /** Null: the server draws one. */
  seed: number | null;
}

export const ARRIVAL_RANGES = {
  rate: { min: 0.1, max: 5000, step: 0.1 },
  seconds: { min: 1, max: 60, step: 1 },
  clients: { min: 1, max: 8, step: 1 },
} as const satisfies Record<string, Range>;
/** The server takes no longer schedules. */
const MAX_ARRIVALS = 60_000;

/** Short enough for several windows on one screen, and more than is admitted: what comparing is about. */
export function defaultSetup(patterns: readonly PatternDescription[]): Setup {
  const { limit, windowMs } = quotaRanges(patterns, defaultLimiters(patterns));
  return {
    limiters: defaultLimiters(patterns),
    quota: { limit: snap(10, limit), windowMs: snap(2000, windowMs) },
    shape: "burst",
    rate: 12,
    seconds: 12,
    clients: 2,
    seed: null,
  };
}

const WIDEST: Record<keyof Quota, Range> = {
  limit: { min: 1, max: 1000, step: 1 },
  windowMs: { min: 100, max: 3_600_000, step: 100 },
};

/** What every chosen limiter can take. */
export function quotaRanges(
  patterns: readonly PatternDescription[],
  limiters: readonly VariantId[],
): Record<keyof Quota, Range> {
  const specs = patterns.filter(({ id }) => limiters.some(({ pattern }) => pattern === id)).flatMap((p) => p.params);
  const rangeOf = (quota: keyof Quota): Range =>
    commonRange(
      specs.filter((spec) => spec.quota === quota),
      WIDEST[quota],
    );
  return { limit: rangeOf("limit"), windowMs: rangeOf("windowMs") };
}

function wanted(spec: ParamSpec, { limit, windowMs }: Quota): number | null {
  switch (spec.quota) {
    case "limit":
      return limit;
    case "windowMs":
      return windowMs;
    case "perSecond":
      return (limit * 1000) / windowMs;
    default:
      return null;
  }
}

/** The quota in a pattern's own parameters; those that are no part of it keep their defaults. */
export function paramsOf(pattern: Pick<PatternDescription, "params">, quota: Quota): Params {
  const params: Params = {};
  for (const spec of pattern.params) {
    const value = wanted(spec, quota);
    if (value !== null) params[spec.id] = snap(value, spec);
  }
  return params;
}

/** Where a pattern cannot take the quota exactly: one sentence each. */
export function quotaNotes(
  patterns: readonly PatternDescription[],
  limiters: readonly VariantId[],
  quota: Quota,
): string[] {
  return patterns
    .filter(({ id }) => limiters.some(({ pattern }) => pattern === id))
    .flatMap(({ title, params }) =>
      params.flatMap((spec) => {
        const value = wanted(spec, quota);
        return value === null ? [] : (inexactText(title, spec, value) ?? []);
      }),
    );
}

/** Why it cannot be started; null when it can. */
export function obstacle({ limiters, rate, seconds }: Setup): string | null {
  if (limiters.length < MIN_RUNS) return `Choose at least ${MIN_RUNS} limiters.`;
  if (limiters.length > MAX_RUNS) return `Choose at most ${MAX_RUNS} limiters.`;
  if (rate * seconds > MAX_ARRIVALS)
    return `${numberText(rate * seconds, 0)} requests are too many; at most ${numberText(MAX_ARRIVALS, 0)}.`;
  return null;
}

/** The body of `POST /api/comparisons`. */
export function requestOf(setup: Setup, patterns: readonly PatternDescription[]): Record<string, unknown> {
  const { limiters, quota, shape, rate, seconds, clients, seed } = setup;
  return {
    variants: limiters.map(({ pattern, variant }) => {
      const of = patterns.find(({ id }) => id === pattern);
      return { pattern, variant, params: of ? paramsOf(of, quota) : {} };
    }),
    arrivals: { shape, rate, seconds, clients } satisfies Partial<Arrivals>,
    ...(seed === null ? {} : { seed }),
  };
}

/** The set-up of a comparison that is there already, as far as its parameters tell the quota. */
export function setupOf(
  view: Pick<ComparisonView, "arrivals" | "limiters"> & Pick<CreatedComparison, "seed">,
  patterns: readonly PatternDescription[],
  fallback: Quota,
): Setup {
  const told = view.limiters.flatMap(({ pattern, params }) =>
    (patterns.find(({ id }) => id === pattern)?.params ?? []).map((spec) => [spec.quota, params[spec.id]] as const),
  );
  const toldOf = (quota: ParamSpec["quota"]) => told.find(([kind, value]) => kind === quota && value)?.[1];
  const limit = toldOf("limit") ?? fallback.limit;
  const perSecond = toldOf("perSecond");
  const windowMs = toldOf("windowMs") ?? (perSecond ? Math.round((limit * 1000) / perSecond) : fallback.windowMs);
  const { shape, rate, seconds, clients } = view.arrivals;
  return {
    limiters: view.limiters.map(({ pattern, variant }) => ({ pattern, variant })),
    quota: { limit, windowMs },
    shape,
    rate,
    seconds,
    clients,
    seed: view.seed,
  };
}
