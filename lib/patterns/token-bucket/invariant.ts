/**
 * Admitted in any span t ≤ capacity + refill × t, for every client, cost counted: checked over all spans at once, in O(1) per take.
 *
 * Of all spans that end now, the worst one is kept: where it began and how much was admitted since. A new take either
 * belongs to it or, when more has flowed in since its beginning than was admitted, begins a span that is worse from then on.
 *
 * No false alarm is possible, though a decision is known only to lie between `lo` and `hi` and results may come out of order:
 * a span is taken to run from the lowest `lo` to the highest `hi` of all that is counted in it, so it is never taken to be
 * shorter than it was, and whatever set of takes is counted, all of them lie in it. (In order and with exact times nothing
 * is lost by that; the test compares with every pair of takes.)
 */
import type { Invariant } from "../../contract";
import type { EventOf } from "../../events";
import { decidedSpan, faultsText, rememberFault, spanText } from "../../families/rate-limiting/decided";
import { asNumber, takeOf } from "../../families/rate-limiting/words";
import type { BucketParams } from "./take";

/** Times are whole µs, and the safe script forgives a millionth of a token. */
const ROUNDING_US = 2;
const ROUNDING_TOKENS = 1e-5;
const MAX_VIOLATIONS = 50;
/** More than a run has actors. */
const MAX_CLIENTS = 128;

/** Takes of one client from `fromUs` to `toUs`; tokens. */
interface Span {
  client: string;
  admitted: number;
  fromUs: number;
  toUs: number;
  allowed: number;
}

interface ClientState {
  /** The worst span that ends now. */
  fromUs: number;
  toUs: number;
  admitted: number;
  /** Whole tokens that were left after the last take; null where the variant does not say. */
  remaining: number | null;
  /** What an exact bucket would hold after the same admissions, and when that was true. */
  exact: number;
  exactUs: number;
}

export interface InvariantState {
  epoch: number;
  capacity: number;
  refillPerSecond: number;
  clients: Record<string, ClientState>;
  admitted: number;
  denied: number;
  /** Tokens that came back between a client's takes, by what `remaining` said. */
  refilled: number;
  /** Tokens that an exact bucket would have got back over the same takes. */
  due: number;
  /** Of all spans so far the one with the least room to the bound: when negative, the worst violation. */
  tightest: Span | null;
  violationCount: number;
  violations: { seq: number; text: string }[];
  faults: string[];
}

const initial = ({ capacity, refillPerSecond }: BucketParams, epoch = 0): InvariantState => ({
  epoch,
  capacity,
  refillPerSecond,
  clients: {},
  admitted: 0,
  denied: 0,
  refilled: 0,
  due: 0,
  tightest: null,
  violationCount: 0,
  violations: [],
  faults: [],
});

export const invariant: Invariant<BucketParams, InvariantState> = {
  text: "In any span of t seconds at most capacity + refill × t tokens are admitted.",
  initial: (params) => initial(params),
  fold(before, event) {
    const state = event.epoch > before.epoch ? initial(before, event.epoch) : before;
    if (event.type === "run") {
      state.capacity = asNumber(event.params.capacity) ?? state.capacity;
      state.refillPerSecond = asNumber(event.params.refillPerSecond) ?? state.refillPerSecond;
    } else if (event.type === "fault") rememberFault(state.faults, event);
    else if (event.type === "result") foldTake(state, event);
    return state;
  },
  judge(state) {
    const { tightest, admitted, denied, violations, violationCount } = state;
    const broken = violationCount > 0;
    const metrics = {
      admitted,
      denied,
      refilled: tenth(state.refilled),
      due: tenth(state.due),
      violations: violationCount,
    };
    if (!tightest)
      return {
        holds: admitted + denied ? true : null,
        text: admitted + denied ? "Nothing was admitted." : "Nothing taken yet.",
        violations,
        metrics,
      };
    const faults = broken ? faultsText(state.faults) : "";
    return { holds: !broken, text: sentence(tightest, broken) + faults, violations: [...violations], metrics };
  },
};

function foldTake(state: InvariantState, event: EventOf<"result">): void {
  const take = takeOf(event);
  const decided = decidedSpan(event);
  if (!take || !decided) return;
  const { client: name, cost } = take;
  const [lo, hiUs] = decided;
  const client = (Object.hasOwn(state.clients, name) && state.clients[name]) || addClient(state, name, lo, hiUs);
  const spent = take.allowed ? cost : 0;
  account(state, client, hiUs, spent, take.remaining);
  if (!spent) {
    state.denied += 1;
    return;
  }
  state.admitted += 1;
  const refilledSince = (Math.max(0, lo - client.fromUs) * state.refillPerSecond) / 1e6;
  if (refilledSince >= client.admitted) {
    client.fromUs = lo;
    client.admitted = 0;
  }
  client.fromUs = Math.min(client.fromUs, lo);
  client.toUs = Math.max(client.toUs, hiUs);
  client.admitted += spent;
  check(state, name, client, event.seq);
}

function check(state: InvariantState, name: string, { admitted, fromUs, toUs }: ClientState, seq: number): void {
  const allowed = state.capacity + ((toUs - fromUs) * state.refillPerSecond) / 1e6;
  const span: Span = { client: name, admitted, fromUs, toUs, allowed };
  if (!state.tightest || allowed - admitted < state.tightest.allowed - state.tightest.admitted) state.tightest = span;
  if (admitted <= allowed + ROUNDING_TOKENS + (ROUNDING_US * state.refillPerSecond) / 1e6) return;
  state.violationCount += 1;
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text: sentence(span, true) });
}

/** Keeps the books for the metrics `refilled` and `due`; the verdict does not use them. */
function account(
  state: InvariantState,
  client: ClientState,
  nowUs: number,
  spent: number,
  remaining: number | null,
): void {
  if (remaining === null) return;
  if (client.remaining === null) client.exact = remaining;
  else {
    state.refilled += remaining + spent - client.remaining;
    const flow = (Math.max(0, nowUs - client.exactUs) * state.refillPerSecond) / 1e6;
    const gain = Math.max(0, Math.min(flow, state.capacity - client.exact));
    state.due += gain;
    client.exact = Math.max(0, client.exact + gain - spent);
  }
  client.exactUs = Math.max(client.exactUs, nowUs);
  client.remaining = remaining;
}

function addClient(state: InvariantState, name: string, loUs: number, hiUs: number): ClientState {
  const names = Object.keys(state.clients);
  // A client that is forgotten begins with a full bucket when it comes back: less is seen, nothing wrong is claimed.
  if (names.length >= MAX_CLIENTS) for (const old of names.slice(0, MAX_CLIENTS / 2)) delete state.clients[old];
  const client: ClientState = { fromUs: loUs, toUs: hiUs, admitted: 0, remaining: null, exact: 0, exactUs: hiUs };
  state.clients[name] = client;
  return client;
}

function sentence({ client, admitted, fromUs, toUs, allowed }: Span, broken: boolean): string {
  // Rounded down, so that the figure never says the opposite of the verdict.
  const most = Math.floor(allowed * 10 + (broken ? 0 : 0.001)) / 10;
  return `${client}: ${admitted} admitted ${spanText(toUs - fromUs)}, at most ${most} allowed.`;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
