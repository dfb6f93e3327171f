/** The counter is the sum of what was acknowledged. Judged whenever nobody's add is on its way. */
import type { Invariant, Params } from "../../contract";
import type { RunEvent } from "../../events";
import { KEY } from "./add";
import { book, emptyTally, extraOf, isAtRest, lostOf, type Tally } from "./tally";

const MAX_VIOLATIONS = 50;

interface Breach {
  seq: number;
  text: string;
  /** By how much the counter is off. */
  off: number;
}

export interface InvariantState {
  tally: Tally;
  /** How it stood when the counter was last at rest. */
  text: string;
  holds: boolean | null;
  metrics: { value: number; acknowledged: number; lost: number; unknown: number };
  /** One for each time that it came to be off by more; taken back when it is off by less after all. */
  breaches: Breach[];
}

const initial = (tally = emptyTally()): InvariantState => ({
  tally,
  text: "Nothing added yet.",
  holds: null,
  metrics: { value: 0, acknowledged: 0, lost: 0, unknown: 0 },
  breaches: [],
});

export const invariant: Invariant<Params, InvariantState> = {
  text: "The counter equals the sum of the adds that were acknowledged.",
  initial: () => initial(),
  fold(before, event) {
    const tally = book(before.tally, event);
    const state = tally === before.tally ? before : initial(tally);
    if (isJudgedAfter(event) && isAtRest(tally) && tally.adds > 0 && tally.whole) judgeAtRest(state, event.seq);
    return state;
  },
  judge({ holds, text, metrics, breaches }) {
    return { holds, text, violations: breaches.map(({ seq, text }) => ({ seq, text })), metrics: { ...metrics } };
  },
};

const isJudgedAfter = ({ type }: RunEvent) => type === "result" || type === "observation";

function judgeAtRest(state: InvariantState, seq: number): void {
  const { tally, breaches } = state;
  const [lost, extra] = [lostOf(tally), extraOf(tally)];
  const off = lost + extra;
  state.text = sentence(tally, lost, extra);
  state.holds = off === 0;
  state.metrics = { value: tally.value, acknowledged: tally.acknowledged, lost, unknown: tally.unknown };
  while ((breaches.at(-1)?.off ?? 0) > off) breaches.pop();
  const last = breaches.at(-1);
  if (off <= (last?.off ?? 0)) return;
  const breach = { seq, text: state.text, off };
  if (breaches.length < MAX_VIOLATIONS) breaches.push(breach);
  else breaches[breaches.length - 1] = breach;
}

function sentence({ value, acknowledged, unknown }: Tally, lost: number, extra: number): string {
  const off = extra ? `${extra} too many` : `${lost || "none"} lost`;
  const untold = unknown ? ` Of ${unknown} more nobody was told whether they went in.` : "";
  return `${KEY} is ${value}, acknowledged adds sum to ${acknowledged}: ${off}.${untold}`;
}
