/** The picture of write-through: one user's row and cached value side by side, and who writes them. Browser-safe. */
import { defineStage } from "../../contract";
import type { EventOf } from "../../events";
import { addMark } from "../../families/history";
import { book } from "./bookkeeping";
import { type Books, emptyBooks, isObject } from "./books";
import { readCommand, readQuery } from "./commands";
import { panels } from "./panels";
import { partIfApart } from "./parting";
import type { State, Writer } from "./state";
import { outcomeText, say } from "./words";

const MAX_WRITERS = 8;
const FIRST_TTL_MS = 5000;

const initial = (books: Books): State => ({ books, writers: [], shown: null });

export const stage = defineStage<State>({
  initial: () => initial(emptyBooks(FIRST_TTL_MS)),
  fold(before, event) {
    const { books } = before;
    // Before it is booked: then the value is gone.
    if (event.type === "key" && event.event === "expired") foldExpired(before, event);
    const touched = book(books, event);
    const isFresh = event.type === "run" && (event.status === "reset" || event.status === "started");
    const state = isFresh ? initial(books) : before;
    for (const id of books.excused) if (books.facts[id]) partIfApart(books, books.facts[id]);
    for (const fact of touched) {
      partIfApart(books, fact);
      const shown = state.shown === null ? undefined : books.facts[state.shown];
      if (event.type !== "observation" && (!shown?.parted || fact.parted)) state.shown = fact.id;
    }
    // In the order in which they came, not in that in which they were done.
    if (event.type === "query" || event.type === "command") foldSent(state, event);
    if (event.type === "result") foldResult(state, event);
    return state;
  },
  panels,
  say,
});

function foldExpired({ books, writers }: State, { key, seq, atUs }: EventOf<"key">): void {
  const [, id] = /^user:(\d+)$/.exec(key) ?? [];
  const cached = books.facts[Number(id)]?.cached;
  // Somebody may have put a new one there before the old one's end was heard of.
  if (!cached || cached.expiresUs === null || cached.expiresUs > atUs) return;
  const writer = writers.find((one) => one.writer === cached.by);
  if (writer) addMark(writer.marks, { id: seq, atUs, outcome: "redis", count: 1, text: `Redis deleted ${key}` });
}

function foldSent(state: State, event: EventOf<"query" | "command">): void {
  const user = event.type === "query" ? readQuery(event)?.id : readCommand(event)?.id;
  if (user !== undefined && event.action !== null) writerOf(state, event.actor, event.seq, user);
}

function foldResult(state: State, event: EventOf<"result">): void {
  const { actor, seq, name, body, value, error } = event;
  const writer = writerOf(state, actor, seq, Number(body.id));
  const told = isObject(value) ? value : {};
  const done =
    name === "update" ? `${String(body.username)}: ${outcomeText(told.cache)}` : `read from the ${String(told.source)}`;
  addMark(writer.marks, {
    id: seq,
    atUs: event.decidedUs?.[1] ?? event.atUs,
    outcome: error === undefined ? "yes" : "no",
    count: 1,
    text: `user ${String(body.id)}, ${error === undefined ? done : `failed: ${error}`}`,
  });
}

function writerOf(state: State, name: string, seq: number, user: number): Writer {
  let writer = state.writers.find((known) => known.writer === name);
  if (!writer) {
    if (state.writers.length >= MAX_WRITERS) {
      const quiet = state.writers.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.writers.splice(state.writers.indexOf(quiet), 1);
    }
    writer = { writer: name, touchedSeq: seq, user, marks: [] };
    state.writers.push(writer);
  }
  writer.touchedSeq = seq;
  writer.user = user;
  return writer;
}
