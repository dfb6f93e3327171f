/** Every session ends when it must, and says what it was told. Judged whenever nobody is at work on one. */
import type { Invariant } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { type Book, type Books, emptyBooks, enter, fieldIn, isAtRest, textIn } from "./books";
import type { SessionParams } from "./session";

const MAX_VIOLATIONS = 50;
/** A clock is read a little before the command goes out. */
const GUARD_US = 20_000;

const METRICS = {
  sessions: 0,
  reads: 0,
  writes: 0,
  withoutTtl: 0,
  pastLimit: 0,
  afterLogout: 0,
  oldIds: 0,
  lostWrites: 0,
};
type Metrics = typeof METRICS;
type Breach = "withoutTtl" | "pastLimit" | "afterLogout" | "oldIds" | "lostWrites";

/** A read that shows something else than what was told. Whoever wrote that may not be done yet. */
interface Doubt {
  id: string;
  field: string;
  seen: string;
  seq: number;
  text: string;
}

export interface InvariantState {
  books: Books;
  metrics: Metrics;
  violations: { seq: number; text: string }[];
  doubts: Doubt[];
  /** Sessions that were found at rest without a TTL. */
  flagged: string[];
  judged: boolean;
}

export const invariant: Invariant<SessionParams, InvariantState> = {
  text: "Every session has a TTL; none is readable past its absolute limit, logout or change of role; no write is lost.",
  initial: ({ absoluteMs }) => ({
    books: emptyBooks(absoluteMs),
    metrics: { ...METRICS },
    violations: [],
    doubts: [],
    flagged: [],
    judged: false,
  }),
  fold(state, event) {
    const call = enter(state.books, event);
    if (event.type === "result") foldResult(state, event, call);
    if (isAtRest(state.books) && isJudgedAfter(event)) judgeAtRest(state, event.seq);
    return state;
  },
  judge({ judged, metrics, violations }) {
    const holds = judged ? violations.length === 0 : null;
    return { holds, text: sentence(holds, metrics, violations), violations: [...violations], metrics: { ...metrics } };
  },
};

const isJudgedAfter = ({ type }: RunEvent) => type === "result" || type === "observation" || type === "actor";

function foldResult(state: InvariantState, event: EventOf<"result">, call: ReturnType<typeof enter>): void {
  const { books, metrics } = state;
  const { name, value, body } = event;
  const book = books.sessions[textIn(body, "sessionId") ?? ""];
  if (name === "set" && book) settleDoubts(state, event, call);
  if (event.error !== undefined) return;
  if (name === "create") metrics.sessions += 1;
  if (name === "set" && fieldIn(value, "written") === true) metrics.writes += 1;
  if (name !== "get") return;
  metrics.reads += 1;
  const session = fieldIn(value, "session");
  if (!book || !call || typeof session !== "object" || session === null) return;
  if (book.end && call.seq > book.end.seq)
    breach(state, "afterLogout", event.seq, `${event.actor} read ${book.id} after ${book.end.how}.`);
  const lateUs = book.limitUs === null ? 0 : call.atUs - book.limitUs;
  if (lateUs > GUARD_US)
    breach(state, "pastLimit", event.seq, `${book.id} was read ${seconds(lateUs)} after its absolute limit.`);
  const { raised } = book;
  if (raised && call.seq > raised.seq && raised.by !== event.actor && raised.knowers.includes(event.actor))
    breach(
      state,
      "oldIds",
      event.seq,
      `${event.actor}, who knew ${book.id} before, reads it as ${raised.role}: the role changed, the id did not.`,
    );
  doubt(state, book, session as Record<string, unknown>, call.seq, event);
}

function doubt(
  { doubts }: InvariantState,
  book: Book,
  session: Record<string, unknown>,
  fromSeq: number,
  { seq, actor }: EventOf<"result">,
): void {
  for (const [field, { value, others, doneSeq, isLost }] of Object.entries(book.written)) {
    const seen = String(session[field] ?? "");
    const isKept = isLost || doneSeq > fromSeq || seen === value || others.includes(seen);
    if (isKept || doubts.length >= MAX_VIOLATIONS) continue;
    const text = `${book.id}: ${field} was written as "${value}", and ${actor} then reads "${seen}".`;
    doubts.push({ id: book.id, field, seen, seq, text });
  }
}

/** What was read is what somebody else was writing just then. */
function settleDoubts(state: InvariantState, { body, seq }: EventOf<"result">, call: ReturnType<typeof enter>): void {
  const [id, field, value] = [textIn(body, "sessionId"), textIn(body, "field"), textIn(body, "value")];
  state.doubts = state.doubts.filter(
    (one) => one.id !== id || one.field !== field || one.seen !== value || one.seq < (call?.seq ?? seq),
  );
}

function judgeAtRest(state: InvariantState, seq: number): void {
  const { books, flagged } = state;
  if (books.order.length > 0) state.judged = true;
  for (const id of books.untimed) {
    const book = books.sessions[id];
    if (!book || flagged.includes(id)) continue;
    if (flagged.length < MAX_VIOLATIONS) flagged.push(id);
    breach(state, "withoutTtl", seq, withoutTtlText(book));
  }
  for (const { id, field, seq: at, text } of state.doubts.splice(0)) {
    const write = books.sessions[id]?.written[field];
    if (!write || write.isLost) continue;
    write.isLost = true;
    breach(state, "lostWrites", at, text);
  }
}

function withoutTtlText({ id, end, orphan }: Book): string {
  if (end) return `${id} came back after ${end.how}, without a TTL: a write was still on its way.`;
  if (orphan) return `${id} has no TTL and stays for ever: the app server that made it died before EXPIRE.`;
  return `${id} has no TTL: nothing will ever end it.`;
}

function breach({ metrics, violations }: InvariantState, kind: Breach, seq: number, text: string): void {
  metrics[kind] += 1;
  if (violations.length < MAX_VIOLATIONS) violations.push({ seq, text });
}

const seconds = (us: number) => `${(us / 1e6).toFixed(1)} s`;
const count = (n: number, one: string) => `${n} ${one}${n === 1 ? "" : "s"}`;

function sentence(holds: boolean | null, metrics: Metrics, violations: readonly { text: string }[]): string {
  if (holds === null) return "No session yet.";
  const { sessions, reads, writes } = metrics;
  if (!holds) {
    const breaches = metrics.withoutTtl + metrics.pastLimit + metrics.afterLogout + metrics.oldIds + metrics.lostWrites;
    return `${violations.at(-1)?.text}${breaches > 1 ? ` ${breaches} breaches in all.` : ""}`;
  }
  const kept = writes ? ` ${count(writes, "write")} kept.` : "";
  const read = reads ? `; ${count(reads, "read")}, none past a limit, a logout or a change of role` : "";
  return `${count(sessions, "session")}, ${sessions === 1 ? "with a TTL" : "each with a TTL"}${read}.${kept}`;
}
