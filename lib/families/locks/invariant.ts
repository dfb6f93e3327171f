/**
 * The protected row never lets in a token lower than one that it has seen, and nothing that it has accepted is missing. The
 * same for every lock. Where no tokens are minted, the order of the acquisitions stands in for them.
 */
import type { Invariant, Params } from "../../contract";
import type { EventOf, Verdict } from "../../events";
import { emptyLedger, foldLedger, type Ledger, type TenureReader } from "./ledger";
import type { Row, Step } from "./row-books";
import { ownersNow, type Tenures } from "./tenures";

const MAX_VIOLATIONS = 50;
const MAX_FAULTS = 3;

export interface LockState<S> {
  epoch: number;
  ledger: Ledger<S>;
  violationCount: number;
  violations: { seq: number; text: string }[];
  /** Of whom the row let in too late: the newest. */
  letIn: Step | null;
  /** What its verdict last told to be missing, by resource. */
  told: Record<string, number>;
  /** Row that was worked on last. */
  latest: string | null;
  /** Pulled by a person. */
  faults: string[];
}

const initial = <S>(reader: TenureReader<S>, epoch: number): LockState<S> => ({
  epoch,
  ledger: emptyLedger(reader),
  violationCount: 0,
  violations: [],
  letIn: null,
  told: {},
  latest: null,
  faults: [],
});

/** @param minted variants that mint fencing tokens */
export function lockInvariant<P extends Params, S>(
  reader: TenureReader<S>,
  minted: readonly string[],
): Invariant<P, LockState<S>> {
  return {
    text: "The row lets in no token below one it has seen, at read or write; balance = start + accepted.",
    initial: () => initial(reader, 0),
    fold(before, event) {
      const state = event.epoch > before.epoch ? initial(reader, event.epoch) : before;
      const { ledger, step } = foldLedger(state.ledger, reader, event);
      state.ledger = ledger;
      if (event.type === "fault") remember(state.faults, event);
      if (step) take(state, step, minted.includes(ledger.variant));
      return state;
    },
    judge: (state) => judge(state, minted.includes(state.ledger.variant)),
  };
}

function take<S>(state: LockState<S>, step: Step, hasTokens: boolean): void {
  state.latest = step.resource;
  const row = state.ledger.books.rows[step.resource];
  if (step.outranked) {
    state.letIn = step;
    violate(state, step.seq, letInText(step, hasTokens));
  }
  if (!row) return;
  if (row.lost > (state.told[row.resource] ?? 0)) violate(state, step.seq, lostText(row));
  state.told[row.resource] = row.lost;
}

function violate<S>(state: LockState<S>, seq: number, text: string): void {
  state.violationCount += 1;
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text });
}

function judge<S>(state: LockState<S>, hasTokens: boolean): Pick<Verdict, "holds" | "text" | "violations" | "metrics"> {
  const { tenures, books } = state.ledger;
  const rows = Object.values(books.rows);
  const spoken = state.letIn?.resource ?? state.latest;
  const row = rows.find(({ lost }) => lost > 0) ?? rows.find(({ resource }) => resource === spoken);
  const broken = state.violationCount > 0;
  const judged = broken || rows.some(({ accepted, rejected }) => accepted + rejected > 0);
  const faults = broken && state.faults.length ? ` Before it: ${state.faults.join("; ")}.` : "";
  return {
    holds: row && judged ? !broken : null,
    text:
      !row || !judged ? "Nothing written yet." : broken ? brokenText(state, row, hasTokens) + faults : holdsText(row),
    violations: [...state.violations],
    metrics: metricsOf(tenures, rows),
  };
}

function metricsOf(tenures: Tenures, rows: readonly Row[]): Record<string, number> {
  const sum = (field: "accepted" | "rejected" | "lost" | "late" | "unknown") =>
    rows.reduce((all, row) => all + row[field], 0);
  return {
    ownersNow: ownersNow(tenures),
    mostOwners: tenures.most,
    acquired: tenures.count,
    accepted: sum("accepted"),
    rejected: sum("rejected"),
    writesAfterLeaseEnd: sum("late"),
    lost: sum("lost"),
    unknown: sum("unknown"),
  };
}

function holdsText(row: Row): string {
  const { resource, balance, start, acceptedSum, accepted, rejected, unknown, own } = row;
  const writes = `${acceptedSum} in ${accepted} accepted ${accepted === 1 ? "write" : "writes"}`;
  return [
    `${resource} is at ${balance ?? 0} = ${start ?? 0} + ${writes}`,
    rejected ? `, ${rejected} rejected` : "",
    ".",
    own ? ` ${own} of it an owner overwrote itself: it wrote twice at once under one token.` : "",
    unknown ? ` Of ${unknown} more nobody was told whether they went in.` : "",
  ].join("");
}

function brokenText<S>({ letIn }: LockState<S>, row: Row, hasTokens: boolean): string {
  const late = letIn?.resource === row.resource ? letIn : null;
  if (row.lost > 0 && late) return `${lostText(row)} ${letInText(late, hasTokens)}`;
  if (row.lost > 0) return lostText(row);
  return letIn ? letInText(letIn, hasTokens) : lostText(row);
}

const lostText = ({ resource, balance, start, acceptedSum, lost, own }: Row): string =>
  lost > 0
    ? `${resource} is at ${balance ?? 0}, not ${(start ?? 0) + acceptedSum - own}: ${lost} lost.`
    : `${resource} had lost what it had accepted.`;

/** "account-1 let in token 1 (alice) after token 2 (bob)." */
function letInText({ resource, owner, rank, outranked }: Step, hasTokens: boolean): string {
  const name = (who: string, number: number | null) =>
    hasTokens ? `token ${number ?? "?"} (${who})` : `owner no. ${number ?? "?"} (${who})`;
  return `${resource} let in ${name(owner, rank)} after ${name(outranked?.owner ?? "?", outranked?.rank ?? null)}.`;
}

function remember(faults: string[], { text, by }: EventOf<"fault">): void {
  if (by === "person" && faults.length < MAX_FAULTS) faults.push(text.replace(/[.\s]+$/, ""));
}
