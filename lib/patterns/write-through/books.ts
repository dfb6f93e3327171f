/**
 * The books that verdict and picture share: of each user the row, the cached value, and who is still writing. Browser-safe, JSON, bounded.
 *
 * They follow from the answers, in the order in which Redis and PostgreSQL executed what was sent. An observation may have
 * been read a moment before an answer that stands ahead of it in the trace; so where it says something else it corrects the
 * books only when a second one, with no answer between, says the same.
 */

import type { WireValue } from "../../events";
import { makeRoom } from "../../families/bounded";
import type { Sent, SentQuery } from "./commands";
import { emptyFact, type Fact, type Fields, fieldsOf, setRow } from "./fact";

/** Beyond these the ones that were quiet for longest are forgotten, so less is claimed. */
const MAX_FACTS = 128;
export const MAX_CALLS = 2000;

/** An action on its way. */
export interface Call {
  actor: string;
  /** Of an update, once its query has gone out: whose row it changes. */
  updates: number | null;
  /** Its query has gone out, and nobody knows yet whether it came to anything. */
  isOpenQuery: boolean;
  storeFailed: boolean;
  deleteFailed: boolean;
}

export interface Counts {
  /** Updates that have returned, and those of them that failed. */
  returned: number;
  failed: number;
  reads: number;
  hits: number;
  /** Values put into the cache; those that ended without having been read. */
  stored: number;
  endedUnread: number;
  /** Rows that the script refused because a newer one had been there. */
  refused: number;
  /** Rows deleted because they could not be overwritten. */
  deleted: number;
  excused: number;
}

export interface Books {
  epoch: number;
  variant: string;
  ttlMs: number;
  nowUs: number;
  down: boolean;
  facts: Record<number, Fact>;
  /** The table as it was last looked at: its first rows, by id. */
  table: Record<number, Fields>;
  calls: Record<number, Call>;
  sent: Record<number, Sent>;
  queries: Record<number, SentQuery>;
  counts: Counts;
  /** Users whose excuse runs. */
  excused: number[];
  /** Users were forgotten: one that comes up anew may be in the cache. */
  forgot: boolean;
}

export const noCounts = (): Counts => ({
  returned: 0,
  failed: 0,
  reads: 0,
  hits: 0,
  stored: 0,
  endedUnread: 0,
  refused: 0,
  deleted: 0,
  excused: 0,
});

export const emptyBooks = (ttlMs: number, epoch = 0, variant = ""): Books => ({
  epoch,
  variant,
  ttlMs,
  nowUs: 0,
  down: false,
  facts: {},
  table: {},
  calls: {},
  sent: {},
  queries: {},
  counts: noCounts(),
  excused: [],
  forgot: false,
});

export function factOf(books: Books, id: number): Fact {
  let fact = books.facts[id];
  if (!fact) {
    const known = Object.values(books.facts);
    if (known.length >= MAX_FACTS) {
      const idle = known.filter(({ writers, inFlight }) => writers + inFlight === 0);
      const quiet = (idle.length ? idle : known).reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      delete books.facts[quiet.id];
      books.forgot = true;
    }
    fact = emptyFact(id, !books.forgot);
    books.facts[id] = fact;
    const row = books.table[id];
    if (row) setRow(fact, row);
  }
  return fact;
}

export function callOf(books: Books, action: number, actor: string): Call {
  makeRoom(books.calls, action, MAX_CALLS);
  const call = books.calls[action] ?? {
    actor,
    updates: null,
    isOpenQuery: false,
    storeFailed: false,
    deleteFailed: false,
  };
  books.calls[action] = call;
  return call;
}

export const isObject = (value: WireValue | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value is gone, whatever took it: overwritten, deleted, or at its end. */
export function emptyCache({ counts }: Books, fact: Fact): void {
  if (fact.cached && !fact.cached.isRead) counts.endedUnread += 1;
  fact.cached = null;
  fact.cachedKnown = true;
}

/** A value that was found there, and not by the answer to its writer. */
export function adopt(books: Books, fact: Fact, text: string, expiresUs: number | null, isRead: boolean): void {
  const { cached } = fact;
  emptyCache(books, fact);
  fact.cached = {
    fields: fieldsOf(text),
    expiresUs: expiresUs ?? cached?.expiresUs ?? null,
    by: cached?.by ?? "somebody",
    action: cached?.action ?? 0,
    isRead,
    bytes: 0,
  };
}
