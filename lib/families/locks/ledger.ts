/**
 * All that verdict and picture of a lock share: who has it and who believes so, and what became of the protected rows. How an
 * acquisition shows in the trace is each pattern's own business: its reader tells the tenures. Browser-safe, JSON, bounded.
 */
import type { RunEvent } from "../../events";
import { bookRow, noRowBooks, type RowBooks, type Step } from "./row-books";
import { believesNoMore, byToken, leaseEnds, noTenures, type Tenures } from "./tenures";

/** How a pattern reads acquisitions, renewals and ends of leases out of its commands. */
export interface TenureReader<S> {
  initial(): S;
  /** May change `state` and `tenures` in place. */
  fold(state: S, tenures: Tenures, event: RunEvent): void;
}

export interface Ledger<S> {
  variant: string;
  tenures: Tenures;
  books: RowBooks;
  /** Of the pattern's reader. */
  read: S;
}

export const emptyLedger = <S>(reader: TenureReader<S>, variant = ""): Ledger<S> => ({
  variant,
  tenures: noTenures(),
  books: noRowBooks(),
  read: reader.initial(),
});

/** @returns the ledger to go on with, and what a row has decided, if this event tells so */
export function foldLedger<S>(
  ledger: Ledger<S>,
  reader: TenureReader<S>,
  event: RunEvent,
): { ledger: Ledger<S>; step: Step | null } {
  if (event.type === "run") return { ledger: turn(ledger, reader, event), step: null };
  const { tenures, books } = ledger;
  reader.fold(ledger.read, tenures, event);
  if (event.type === "actor" && event.status === "crashed")
    for (const tenure of tenures.list) if (tenure.owner === event.actor) believesNoMore(tenure, event.atUs);
  if (event.type === "result" && event.name === "release")
    believesNoMore(byToken(tenures, event.body.token), event.atUs);
  if (event.type === "result" && event.name === "work")
    for (const tenure of tenures.list) if (tenure.action === event.action) believesNoMore(tenure, event.atUs);
  return { ledger, step: bookRow(books, tenures, event) };
}

/** A reset begins anew. A Redis that is gone has ended every lease, and told no owner. */
function turn<S>(ledger: Ledger<S>, reader: TenureReader<S>, event: Extract<RunEvent, { type: "run" }>): Ledger<S> {
  if (event.status === "started" || event.status === "reset") return emptyLedger(reader, event.variant);
  ledger.variant = event.variant;
  if (event.status === "redis-down") for (const tenure of ledger.tenures.list) leaseEnds(tenure, event.atUs, "gone");
  return ledger;
}
