/** No window over its limit, no counter without a TTL, and never more than twice the limit in any span of a window. */

import type { Invariant } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { faultsText, rememberFault, spanText } from "../../families/rate-limiting/decided";
import { type Admitted, book, emptyLedger, type Ledger } from "../../families/rate-limiting/ledger";
import type { WindowParams } from "../../families/rate-limiting/take";

const MAX_VIOLATIONS = 50;
/** Counting commands on their way; more than this are forgotten, so less is claimed. */
const MAX_WATCHED = 4000;
const COUNTING = new Set(["INCR", "INCRBY"]);
const EXPIRING = new Set(["EXPIRE", "PEXPIRE"]);

interface Watched {
  action: number;
  key: string;
  /** What the command adds; null when it gives a TTL. */
  adds: number | null;
}

export interface InvariantState {
  ledger: Ledger;
  limit: number;
  windowMs: number;
  admitted: number;
  denied: number;
  /** Units admitted since the counter was opened, per client. */
  windows: Record<string, { units: number; fromUs: number }>;
  /** By seq: commands that count or give a TTL, until their reply. */
  sent: Record<number, Watched>;
  /** By call: the counter that it made and that has no TTL yet. */
  mortal: Record<number, string>;
  withoutTtl: number;
  fullest: Admitted | null;
  first: string | null;
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
  windows: {},
  sent: {},
  mortal: {},
  withoutTtl: 0,
  fullest: null,
  first: null,
  violationCount: 0,
  violations: [],
  faults: [],
});

export const invariant: Invariant<WindowParams, InvariantState> = {
  text: "A window admits at most limit, no counter is without a TTL, and no span of a window admits more than 2 × limit.",
  initial: (params) => initial(params),
  fold(before, event) {
    const state = event.epoch > before.ledger.epoch ? initial(before, before.ledger) : before;
    if (event.type === "run") {
      const { limit, windowMs } = event.params;
      if (typeof limit === "number") state.limit = limit;
      if (typeof windowMs === "number") state.windowMs = windowMs;
    } else if (event.type === "fault") rememberFault(state.faults, event);
    watchTtl(state, event);
    for (const certain of book(state.ledger, event)) {
      if (certain.kind === "admitted") foldAdmitted(state, certain);
      else state.denied += 1;
    }
    return state;
  },
  judge(state) {
    const { admitted, denied, first, fullest, limit, windowMs, violationCount, violations } = state;
    const most = fullest?.units ?? 0;
    const steady = `${fullest?.take.client}: at most ${most} in any ${windowMs / 1000} s, 2 × ${limit} allowed; ${denied} denied.`;
    return {
      holds: admitted + denied + violationCount ? violationCount === 0 : null,
      text: first ? first + faultsText(state.faults) : fullest ? steady : "Nothing taken yet.",
      violations: [...violations],
      metrics: { admitted, denied, mostInAnySpan: most, withoutTtl: state.withoutTtl, violations: violationCount },
    };
  },
};

function foldAdmitted(state: InvariantState, admitted: Admitted): void {
  const { take, seq, units, fromUs, toUs } = admitted;
  state.admitted += 1;
  if (!state.fullest || units > state.fullest.units) state.fullest = { ...admitted };
  if (units > 2 * state.limit)
    violate(
      state,
      seq,
      `${take.client}: ${units} admitted ${spanText(toUs - fromUs)}, at most 2 × ${state.limit} allowed.`,
    );
  const open = Object.hasOwn(state.windows, take.client) ? state.windows[take.client] : undefined;
  // The first of a window is told that all the rest remains.
  if (!open || take.remaining === state.limit - take.cost) {
    state.windows[take.client] = { units: take.cost, fromUs: admitted.loUs };
    return;
  }
  open.units += take.cost;
  // Only what lies within the window's length is certain to be of one window, whatever the order of the results.
  if (open.units > state.limit && admitted.hiUs - open.fromUs < state.windowMs * 1000)
    violate(state, seq, `${take.client}: ${open.units} admitted in one window, at most ${state.limit} allowed.`);
}

/** A call that made a counter must have given it a TTL by its end, however it ends. */
function watchTtl(state: InvariantState, event: RunEvent): void {
  if (event.type === "run" && event.status === "redis-down") {
    state.sent = {};
    state.mortal = {};
  } else if (event.type === "command") watchCommand(state, event);
  else if (event.type === "reply") {
    const sent = state.sent[event.ref];
    if (!sent) return;
    delete state.sent[event.ref];
    if (sent.adds === null && event.value === 1) delete state.mortal[sent.action];
    else if (sent.adds !== null && event.value === sent.adds) state.mortal[sent.action] = sent.key;
  } else if (event.type === "result") {
    const key = state.mortal[event.action];
    delete state.mortal[event.action];
    // A call that failed because Redis went away has left nothing behind.
    if (key === undefined || (event.error !== undefined && !event.error.includes("crashed"))) return;
    state.withoutTtl += 1;
    violate(state, event.seq, `${key} was left without a TTL: this window never ends.`);
  }
}

function watchCommand(state: InvariantState, { name, args, action, seq }: EventOf<"command">): void {
  const [key = "", by] = args;
  if (action === null || (!COUNTING.has(name) && !EXPIRING.has(name))) return;
  makeRoom(state.sent, seq, MAX_WATCHED);
  state.sent[seq] = { action, key, adds: EXPIRING.has(name) ? null : name === "INCR" ? 1 : Number(by) };
}

function violate(state: InvariantState, seq: number, text: string): void {
  state.violationCount += 1;
  state.first ??= text;
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text });
}
