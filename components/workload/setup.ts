/** What a workload is asked to be: which strategies, the reads and writes, what all of them share, and the kill. */
import type { Params, PatternDescription, Workload, WorkloadView } from "@/lib/contract";
import { commonRange, inexactText, type Range, snap } from "../controls/slider-scale";
import { MAX_RUNS, MIN_RUNS, type VariantId, variantsOf } from "../side-by-side/variants";
import { everyPattern } from "./strategies";

/** Parameters that every strategy gets in the same size, as far as it has them. */
export interface SharedParams {
  databaseMs: number;
  ttlMs: number;
}
export const SHARED = ["databaseMs", "ttlMs"] as const satisfies readonly (keyof SharedParams)[];

export interface Setup extends Omit<Workload, "writeShare" | "killAt">, SharedParams {
  strategies: readonly VariantId[];
  /** As it was asked for, s, be it beyond the end: whoever types other seconds passes through smaller numbers. Null: no kill. */
  killAt: number | "half time" | null;
  /** Of all operations, in percent. */
  writePercent: number;
  /** Null: the server draws one. */
  seed: number | null;
}

export const RANGES = {
  rate: { min: 1, max: 500, step: 1 },
  seconds: { min: 2, max: 60, step: 1 },
  writePercent: { min: 0, max: 100, step: 1 },
  keys: { min: 1, max: 50, step: 1 },
  skew: { min: 0, max: 2, step: 0.1 },
} as const satisfies Record<string, Range>;

/** When the kill may come. */
export const killRange = (seconds: number): Range => ({ min: 0, max: seconds, step: 0.5 });

const WIDEST: Record<keyof SharedParams, Range> = {
  databaseMs: { min: 0, max: 2000, step: 1 },
  ttlMs: { min: 100, max: 3_600_000, step: 100 },
};

/** Long enough for keys to expire before and after the kill, short enough to be watched. */
export function defaultSetup(patterns: readonly PatternDescription[]): Setup {
  const strategies = everyPattern(patterns, "as-written");
  const chosen = strategies.length < MIN_RUNS ? variantsOf(patterns) : strategies;
  return {
    strategies: chosen.slice(0, MAX_RUNS),
    rate: 100,
    seconds: 20,
    writePercent: 20,
    keys: 20,
    skew: 1,
    killAt: "half time",
    databaseMs: 20,
    ttlMs: 4000,
    seed: null,
  };
}

const chosenOf = (patterns: readonly PatternDescription[], strategies: readonly VariantId[]) =>
  patterns.filter(({ id }) => strategies.some(({ pattern }) => pattern === id));

/** What every chosen strategy that has the parameter can take; null when none has it. */
export function sharedRange(
  patterns: readonly PatternDescription[],
  strategies: readonly VariantId[],
  param: keyof SharedParams,
): Range | null {
  const specs = chosenOf(patterns, strategies).flatMap(({ params }) => params.filter(({ id }) => id === param));
  return specs.length ? commonRange(specs, WIDEST[param]) : null;
}

/** Where a strategy cannot take what the others get: one sentence each. */
export function sharedNotes(patterns: readonly PatternDescription[], setup: Setup): string[] {
  return chosenOf(patterns, setup.strategies).flatMap(({ title, params }) => {
    const notes = params.flatMap((spec) => {
      const param = SHARED.find((one) => one === spec.id);
      return param ? (inexactText(title, spec, setup[param]) ?? []) : [];
    });
    return params.some(({ id }) => id === "ttlMs") ? notes : [...notes, `${title} gives its keys no time to live.`];
  });
}

/** When the kill comes, s: at half time whatever the seconds, or where it was asked for, as far as that is before the end. */
export function killSecondOf({ killAt, seconds }: Pick<Setup, "killAt" | "seconds">): number | null {
  if (killAt === null) return null;
  return killAt === "half time" ? seconds / 2 : Math.min(killAt, seconds);
}

/** What is asked for where the kill is known to come then. */
export const killAskedBy = (second: number | null, seconds: number): Setup["killAt"] =>
  second === seconds / 2 ? "half time" : second;

/** Why it cannot be started; null when it can. */
export function obstacle({ strategies }: Setup): string | null {
  if (strategies.length < MIN_RUNS) return `Choose at least ${MIN_RUNS} strategies.`;
  if (strategies.length > MAX_RUNS) return `Choose at most ${MAX_RUNS} strategies.`;
  return null;
}

function paramsOf({ params }: PatternDescription, setup: Setup): Params {
  return Object.fromEntries(
    params.flatMap((spec) => {
      const param = SHARED.find((one) => one === spec.id);
      return param ? [[param, snap(setup[param], spec)]] : [];
    }),
  );
}

/** The body of `POST /api/workloads`. */
export function requestOf(setup: Setup, patterns: readonly PatternDescription[]): Record<string, unknown> {
  const { strategies, rate, seconds, writePercent, keys, skew, seed } = setup;
  return {
    strategies: strategies.map(({ pattern, variant }) => {
      const of = patterns.find(({ id }) => id === pattern);
      return { pattern, variant, params: of ? paramsOf(of, setup) : {} };
    }),
    workload: {
      rate,
      seconds,
      writeShare: writePercent / 100,
      keys,
      skew,
      killAt: killSecondOf(setup),
    } satisfies Workload,
    ...(seed === null ? {} : { seed }),
  };
}

/** The set-up of a workload that is there already. @param before what it does not tell */
export function setupOf(
  { workload, strategies, seed }: Pick<WorkloadView, "workload" | "strategies" | "seed">,
  before: Setup,
): Setup {
  const { writeShare, killAt, ...same } = workload;
  const toldOf = (param: keyof SharedParams) =>
    strategies.find(({ params }) => params[param] !== undefined)?.params[param] ?? before[param];
  return {
    ...same,
    killAt: killAskedBy(killAt, workload.seconds),
    strategies: strategies.map(({ pattern, variant }) => ({ pattern, variant })),
    writePercent: Number((writeShare * 100).toFixed(2)),
    databaseMs: toldOf("databaseMs"),
    ttlMs: toldOf("ttlMs"),
    seed,
  };
}
