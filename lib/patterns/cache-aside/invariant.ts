/** Nobody asks the database for what somebody else is already loading. Judged at every SELECT; see `loads.ts`. */
import type { Invariant } from "../../contract";
import type { EventOf } from "../../events";
import { bookLoad, type End, emptyLoads, type Interval, type Loads } from "./loads";
import { emptyMeters, hitRateOf, type Meters, meter, readsOf, tookAtMost } from "./meters";
import type { CacheParams } from "./read";

const MAX_VIOLATIONS = 50;
const MAX_FAULTS = 5;

export interface InvariantState {
  epoch: number;
  loads: Loads;
  meters: Meters;
  /** One for each interval that is broken, with the key that it is about while it may still grow. */
  violations: { seq: number; text: string; key: string | null }[];
  faults: string[];
}

const initial = (epoch = 0): InvariantState => ({
  epoch,
  loads: emptyLoads(),
  meters: emptyMeters(),
  violations: [],
  faults: [],
});

export const invariant: Invariant<CacheParams, InvariantState> = {
  text: "Per fill of a key one SELECT, and one more per loader that crashed, failed or outlived its lease.",
  initial: () => initial(),
  fold(before, event) {
    const state = event.epoch > before.epoch ? initial(event.epoch) : before;
    if (event.type === "fault") rememberFault(state, event);
    meter(state.meters, event);
    for (const { seq, interval } of bookLoad(state.loads, event)) addBreach(state, seq, interval);
    return state;
  },
  judge({ loads, meters, violations, faults }) {
    const { worst, selects, fills, ends } = loads;
    const broken = violations.length > 0;
    const why = broken && faults.length ? ` Before it: ${faults.join("; ")}.` : "";
    return {
      holds: worst ? !broken : null,
      text: worst ? summary(worst, loads) + why : "Nobody has asked the database yet.",
      violations: violations.map(({ seq, text }) => ({ seq, text })),
      metrics: {
        reads: readsOf(meters),
        hits: meters.hits,
        hitRate: hitRateOf(meters) ?? 0,
        failedReads: meters.failed,
        selects,
        fills,
        mostSelects: worst?.selects ?? 0,
        selectsPeak: meters.selectPeak,
        reloadsPeak: meters.reloadPeak,
        expiriesPeak: meters.endPeak,
        readP50Ms: tookAtMost(meters, 0.5) ?? 0,
        readP99Ms: tookAtMost(meters, 0.99) ?? 0,
        staleReads: meters.stale.reads,
        stalestMs: meters.stale.mostMs,
        crashedLoaders: ends.crashed,
        failedLoaders: ends.failed,
        lateLoaders: ends.outlived,
      },
    };
  },
};

function addBreach({ violations }: InvariantState, seq: number, interval: Interval): void {
  const text = sentence(interval);
  const last = violations.findLast(({ key }) => key === interval.key);
  // Of one interval each SELECT more than allowed makes the figure larger, not another breach.
  if (last && interval.selects - interval.allowed > 1) last.text = text;
  else if (violations.length < MAX_VIOLATIONS) violations.push({ seq, text, key: interval.key });
}

const ENDED: Record<End, string> = {
  crashed: "crashed while it loaded",
  failed: "got no answer from the database",
  outlived: "outlived its lease",
};

function summary(worst: Interval, { selects, fills }: Loads): string {
  if (worst.selects > 1) return sentence(worst);
  return `At most 1 SELECT for one fill; ${counted(selects, "SELECT")} and ${counted(fills, "fill")} in all.`;
}

function sentence({ key, selects, allowed, filled, ended }: Interval): string {
  const excused = ended.slice(0, allowed - 1).map(({ actor, how }) => `${actor} ${ENDED[how]}`);
  const because = excused.length ? ` (${excused.join(", ")})` : "";
  return `${key}: ${counted(selects, "SELECT")} ${filled ? "for one fill" : "and no fill yet"}, ${allowed.toLocaleString("en")} allowed${because}.`;
}

const counted = (n: number, what: string): string => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;

function rememberFault({ faults }: InvariantState, { text, by }: EventOf<"fault">): void {
  if (faults.length < MAX_FAULTS) faults.push(`${text.replace(/[.\s]+$/, "")} (pulled by a ${by})`);
}
