/** The weighted estimate never exceeds the limit, and no span of a window admits more than twice the limit. */
import type { Invariant } from "../../contract";
import { faultsText, rememberFault, spanText } from "../../families/rate-limiting/decided";
import { type Admitted, book, type Denied, emptyLedger, type Ledger } from "../../families/rate-limiting/ledger";
import type { WindowParams } from "../../families/rate-limiting/take";
import { admit, type Counts, estimateAt, noCounts } from "./estimate";

const MAX_VIOLATIONS = 50;
/** More than a run has actors. */
const MAX_CLIENTS = 128;
const ROUNDING = 1e-6;

interface Peak {
  client: string;
  estimate: number;
}

export interface InvariantState {
  ledger: Ledger;
  limit: number;
  windowMs: number;
  counts: Record<string, Counts>;
  admitted: number;
  denied: number;
  /** The highest estimate right after an admission. */
  peak: Peak | null;
  fullest: Admitted | null;
  /** Largest distance of the estimate from the exact count, units. */
  errorMax: number;
  /** Decisions that an exact log of the same admissions would have made the other way. */
  admittedThoughFull: number;
  deniedThoughFree: number;
  violationCount: number;
  violations: { seq: number; text: string }[];
  faults: string[];
}

const initial = ({ limit, windowMs }: WindowParams, ledger = emptyLedger(windowMs)): InvariantState => ({
  ledger,
  limit,
  windowMs,
  counts: {},
  admitted: 0,
  denied: 0,
  peak: null,
  fullest: null,
  errorMax: 0,
  admittedThoughFull: 0,
  deniedThoughFree: 0,
  violationCount: 0,
  violations: [],
  faults: [],
});

export const invariant: Invariant<WindowParams, InvariantState> = {
  text: "The weighted estimate never exceeds limit, and no span of a window admits more than 2 × limit.",
  initial: (params) => initial(params),
  fold(before, event) {
    const state = event.epoch > before.ledger.epoch ? initial(before, before.ledger) : before;
    if (event.type === "run") {
      const { limit, windowMs } = event.params;
      if (typeof limit === "number") state.limit = limit;
      if (typeof windowMs === "number") state.windowMs = windowMs;
    } else if (event.type === "fault") rememberFault(state.faults, event);
    for (const certain of book(state.ledger, event)) {
      if (certain.kind === "admitted") foldAdmitted(state, certain);
      else foldDenied(state, certain);
    }
    return state;
  },
  judge(state) {
    const { admitted, denied, violationCount, violations, fullest, errorMax } = state;
    const broken = violationCount > 0;
    return {
      holds: admitted + denied ? !broken : null,
      text: sentence(state, broken) + (broken ? faultsText(state.faults) : ""),
      violations: [...violations],
      metrics: {
        admitted,
        denied,
        mostInAnyWindow: fullest?.units ?? 0,
        estimateErrorMax: tenth(errorMax),
        admittedThoughFull: state.admittedThoughFull,
        deniedThoughFree: state.deniedThoughFree,
        violations: violationCount,
      },
    };
  },
};

function foldAdmitted(state: InvariantState, admitted: Admitted): void {
  const { take, seq, units, loUs, hiUs } = admitted;
  const { limit } = state;
  const windowUs = state.windowMs * 1000;
  const counts = countsOf(state, take.client);
  admit(counts, loUs, hiUs, take.cost, windowUs);
  const estimate = estimateAt(counts, counts.newestUs, windowUs);
  state.admitted += 1;
  if (!state.peak || estimate > state.peak.estimate) state.peak = { client: take.client, estimate };
  if (!state.fullest || units > state.fullest.units) state.fullest = { ...admitted };
  state.errorMax = Math.max(state.errorMax, Math.abs(estimateAt(counts, hiUs, windowUs) - units));
  if (units > limit) state.admittedThoughFull += 1;
  if (estimate > limit + ROUNDING) violate(state, seq, overestimated(take.client, estimate, limit));
  else if (units > 2 * limit) violate(state, seq, overfull(admitted, limit));
}

function foldDenied(state: InvariantState, { take, atMost, limit, hiUs }: Denied): void {
  state.denied += 1;
  // The ledger stops counting once a denial is right; so the count is exact only for the others.
  if (atMost + take.cost > limit) return;
  state.deniedThoughFree += 1;
  const estimate = estimateAt(countsOf(state, take.client), hiUs, state.windowMs * 1000);
  state.errorMax = Math.max(state.errorMax, Math.abs(estimate - atMost));
}

function countsOf(state: InvariantState, client: string): Counts {
  const known = Object.hasOwn(state.counts, client) ? state.counts[client] : undefined;
  if (known) return known;
  const names = Object.keys(state.counts);
  if (names.length >= MAX_CLIENTS) for (const old of names.slice(0, MAX_CLIENTS / 2)) delete state.counts[old];
  const counts = noCounts();
  state.counts[client] = counts;
  return counts;
}

function violate(state: InvariantState, seq: number, text: string): void {
  state.violationCount += 1;
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text });
}

function sentence({ peak, fullest, limit, windowMs, denied }: InvariantState, broken: boolean): string {
  if (!peak || !fullest) return denied ? "Nothing was admitted." : "Nothing taken yet.";
  if (peak.estimate > limit + ROUNDING) return overestimated(peak.client, peak.estimate, limit);
  if (broken) return overfull(fullest, limit);
  return `${peak.client}: the estimate reached ${oneDigit(peak.estimate)} of ${limit}; at most ${fullest.units} in any ${windowMs / 1000} s; ${denied} denied.`;
}

const overestimated = (client: string, estimate: number, limit: number): string =>
  `${client}: the estimate reached ${oneDigit(estimate)}, at most ${limit} allowed.`;
const overfull = ({ take, units, fromUs, toUs }: Admitted, limit: number): string =>
  `${take.client}: ${units} admitted ${spanText(toUs - fromUs)}, at most 2 × ${limit} allowed.`;
/** Rounded down, so that the figure never says the opposite of the verdict. */
const oneDigit = (value: number): string => (Math.floor(value * 10 + ROUNDING) / 10).toFixed(1);
const tenth = (value: number): number => Math.round(value * 10) / 10;
