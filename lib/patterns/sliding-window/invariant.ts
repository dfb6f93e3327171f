/** In no window more than the limit, and nobody denied without reason: judged over all windows, by what is certain. */
import type { Invariant } from "../../contract";
import { faultsText, rememberFault, spanText } from "../../families/rate-limiting/decided";
import { type Admitted, book, type Denied, emptyLedger, type Ledger } from "../../families/rate-limiting/ledger";
import type { WindowParams } from "../../families/rate-limiting/take";

const MAX_VIOLATIONS = 50;

export interface InvariantState {
  ledger: Ledger;
  limit: number;
  windowMs: number;
  admitted: number;
  denied: number;
  deniedWrongly: number;
  /** The fullest window so far. */
  fullest: Admitted | null;
  firstWrong: Denied | null;
  violationCount: number;
  violations: { seq: number; text: string }[];
  faults: string[];
}

const initial = ({ limit, windowMs }: WindowParams, ledger = emptyLedger(windowMs)): InvariantState => ({
  ledger,
  limit,
  windowMs,
  admitted: 0,
  denied: 0,
  deniedWrongly: 0,
  fullest: null,
  firstWrong: null,
  violationCount: 0,
  violations: [],
  faults: [],
});

export const invariant: Invariant<WindowParams, InvariantState> = {
  text: "No window holds more than limit, and a request is denied only if the window before it was full.",
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
    const { admitted, denied, deniedWrongly, fullest, violationCount, violations } = state;
    const broken = violationCount > 0;
    return {
      holds: admitted + denied ? !broken : null,
      text: sentence(state) + (broken ? faultsText(state.faults) : ""),
      violations: [...violations],
      metrics: { admitted, denied, deniedWrongly, mostInAnyWindow: fullest?.units ?? 0, violations: violationCount },
    };
  },
};

function foldAdmitted(state: InvariantState, admitted: Admitted): void {
  state.admitted += 1;
  if (!state.fullest || admitted.units > state.fullest.units) state.fullest = { ...admitted };
  if (admitted.units > state.limit) violate(state, admitted.seq, overfull(state, admitted));
}

function foldDenied(state: InvariantState, denied: Denied): void {
  state.denied += 1;
  if (denied.atMost + denied.take.cost > denied.limit) return;
  state.deniedWrongly += 1;
  state.firstWrong ??= denied;
  violate(state, denied.seq, wrongly(state, denied));
}

function violate(state: InvariantState, seq: number, text: string): void {
  state.violationCount += 1;
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text });
}

function sentence(state: InvariantState): string {
  const { fullest, firstWrong, deniedWrongly, denied, limit, windowMs } = state;
  if (fullest && fullest.units > limit) return overfull(state, fullest);
  if (firstWrong) {
    const more = deniedWrongly > 1 ? ` ${deniedWrongly} of ${denied} denials were without reason.` : "";
    return `${wrongly(state, firstWrong)}${more}`;
  }
  if (!fullest) return denied ? "Nothing was admitted." : "Nothing taken yet.";
  return `${fullest.take.client}: at most ${fullest.units} of ${limit} in any ${windowMs / 1000} s; ${denied ? `${denied} denied, all of them rightly` : "nobody denied"}.`;
}

const overfull = ({ limit }: InvariantState, { take, units, fromUs, toUs }: Admitted): string =>
  `${take.client}: ${units} admitted ${spanText(toUs - fromUs)}, at most ${limit} allowed.`;

const wrongly = ({ windowMs }: InvariantState, { take, atMost, limit }: Denied): string =>
  `${take.client} was denied, though only ${atMost} of ${limit} had been admitted in the ${windowMs / 1000} s before.`;
