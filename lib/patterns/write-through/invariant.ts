/**
 * Once every writer of a user has returned, what the cache holds of it equals the row. A column that is not cached at all is no
 * contradiction in itself: it counts when somebody is given a row without it.
 */
import type { Invariant } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { book } from "./bookkeeping";
import { type Books, emptyBooks, isObject } from "./books";
import { cachedAt, differing, missingIn } from "./fact";
import { partIfApart } from "./parting";
import type { WriteThroughParams } from "./user";
import { apartText, excuseText, faultsText, heldText, partialText } from "./words";

const MAX_VIOLATIONS = 50;
const MAX_FAULTS = 4;

export interface InvariantState {
  books: Books;
  /** Pulled so far. */
  faults: string[];
  violationCount: number;
  violations: { seq: number; text: string }[];
  /** What is said of the last one. */
  last: string;
}

const initial = (books: Books): InvariantState => ({
  books,
  faults: [],
  violationCount: 0,
  violations: [],
  last: "",
});

export const invariant: Invariant<WriteThroughParams, InvariantState> = {
  text: "Once every writer has returned, each cached column equals the row's, and no reader is given half a row.",
  initial: ({ ttlMs }) => initial(emptyBooks(ttlMs)),
  fold(before, event) {
    const { epoch } = before.books;
    const touched = book(before.books, event);
    const state = event.epoch > epoch ? initial(before.books) : before;
    if (event.type === "fault" && state.faults.length < MAX_FAULTS)
      state.faults.push(`${event.text.replace(/[.\s]+$/, "")} (pulled by a ${event.by})`);
    for (const fact of [...touched, ...excusedFacts(state.books)])
      if (partIfApart(state.books, fact)) violate(state, event, apartText(fact, state.books.nowUs));
    if (event.type === "result") foldRead(state, event);
    return state;
  },
  judge({ books, violationCount, violations, last }) {
    const metrics = { ...metricsOf(books), violations: violationCount };
    if (violationCount) return { holds: false, text: last, violations: [...violations], metrics };
    if (!books.counts.returned) return { holds: null, text: "Nothing written yet.", violations: [], metrics };
    return { holds: true, text: heldText(books) + excuseText(books), violations: [], metrics };
  },
};

const excusedFacts = ({ excused, facts }: Books) => excused.flatMap((id) => facts[id] ?? []);

function foldRead(state: InvariantState, event: EventOf<"result">): void {
  const { name, value, body } = event;
  if (name !== "read" || !isObject(value) || value.source !== "cache" || !isObject(value.value)) return;
  const missing = missingIn(value.value);
  if (missing.length && state.books.facts[Number(body.id)]?.row !== null)
    violate(state, event, partialText(Number(body.id), event.actor, missing));
}

function violate(state: InvariantState, { seq }: RunEvent, text: string): void {
  state.violationCount += 1;
  state.last = text + faultsText(state.faults);
  if (state.violations.length < MAX_VIOLATIONS) state.violations.push({ seq, text });
}

function metricsOf(books: Books): Record<string, number> {
  const { returned, failed, reads, hits, stored, endedUnread, refused, deleted, excused } = books.counts;
  const facts = Object.values(books.facts);
  const unread = facts.filter(({ cached }) => cached?.isRead === false);
  return {
    updates: returned,
    failed,
    reads,
    hits,
    stored,
    unread: endedUnread + unread.length,
    unreadBytes: unread.reduce((sum, fact) => sum + (cachedAt(fact, books.nowUs)?.bytes ?? 0), 0),
    versionBytes: facts.reduce((sum, { newest }) => sum + (newest?.bytes ?? 0), 0),
    refused,
    deleted,
    excused,
    apart: facts.filter((fact) => fact.writers === 0 && differing(fact, books.nowUs).length > 0).length,
  };
}
