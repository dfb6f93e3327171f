/** What is known for certain of each session, from who was told what and what Redis was seen to hold. JSON, bounded. */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { SESSION_PREFIX } from "./session";

const MAX_SESSIONS = 1000;
const MAX_KNOWERS = 16;
const TTL_COMMANDS = new Set(["EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"]);

/** A value that somebody was told is written. `others`: what was being written at the same time, and may stand there as well. */
export interface Write {
  value: string;
  others: string[];
  doneSeq: number;
  isLost: boolean;
}

export interface Book {
  /** As the trace names it: a label. */
  id: string;
  userId: string;
  /** Seq of the result that told of it; null for a session that nobody was told of. */
  toldSeq: number | null;
  /** Server time after which it must not be read any more; null when nobody knows when it began. */
  limitUs: number | null;
  end: { seq: number; how: string } | null;
  isThere: boolean;
  /** What the last look at Redis said, unless a TTL was set since. */
  withoutTtl: boolean;
  /** Redis has confirmed a TTL that no look has seen yet. */
  ttlTold: boolean;
  /** Whoever made it died on the way. */
  orphan: boolean;
  written: Record<string, Write>;
  /** Who has made or used it under this id. */
  knowers: string[];
  /** Its role was changed under this id. */
  raised: { by: string; role: string; seq: number; knowers: string[] } | null;
}

interface Call {
  actor: string;
  /** Of its first command. */
  seq: number;
  atUs: number;
}

export interface Books {
  absoluteUs: number;
  sessions: Record<string, Book>;
  /** Calls that have sent something and are not done. */
  calls: Record<string, Call>;
  /** Which session a call is making. */
  makes: Record<string, string>;
  /** Commands that set or take a TTL, by seq. */
  pending: Record<string, { id: string; sets: boolean }>;
  /** Seq of the last answer about any session. */
  answeredSeq: number;
  /** Ids whose last look found no TTL. */
  untimed: string[];
  /** Ids in the order in which they became known. */
  order: string[];
}

export const emptyBooks = (absoluteMs: number): Books => ({
  absoluteUs: absoluteMs * 1000,
  sessions: {},
  calls: {},
  makes: {},
  pending: {},
  answeredSeq: 0,
  untimed: [],
  order: [],
});

export const isAtRest = ({ calls }: Books): boolean => Object.keys(calls).length === 0;

/** @returns the call that this result ends, for whoever judges it */
export function enter(books: Books, event: RunEvent): Call | null {
  switch (event.type) {
    case "command":
      enterCommand(books, event);
      return null;
    case "reply":
      enterReply(books, event);
      return null;
    case "observation":
      for (const key of event.keys) enterLook(books, key, event);
      return null;
    case "key":
      if (["del", "expired", "evicted"].includes(event.event)) leave(books, event.key);
      return null;
    case "actor":
      if (event.status === "crashed" || event.status === "closed") enterDeath(books, event.actor);
      return null;
    case "result":
      return enterResult(books, event);
    default:
      return null;
  }
}

export const idOf = (key: string | undefined): string | null =>
  key?.startsWith(SESSION_PREFIX) ? key.slice(SESSION_PREFIX.length) : null;

function enterCommand(books: Books, event: EventOf<"command">): void {
  if (event.action !== null) books.calls[event.action] ??= { actor: event.actor, seq: event.seq, atUs: event.atUs };
  const id = idOf(event.script ? event.args[2] : event.args[0]);
  if (id === null) return;
  const makes = event.name === "HSET" || event.script?.startsWith("create-");
  if (makes && event.action !== null && !books.sessions[id]) {
    bookOf(books, id);
    books.makes[event.action] = id;
  }
  if (TTL_COMMANDS.has(event.name)) books.pending[event.seq] = { id, sets: true };
  else if (event.name === "DEL") books.pending[event.seq] = { id, sets: false };
}

function enterReply(books: Books, { ref, seq, value, error }: EventOf<"reply">): void {
  books.answeredSeq = seq;
  const sent = books.pending[ref];
  if (!sent) return;
  delete books.pending[ref];
  const book = books.sessions[sent.id];
  if (!book || error !== undefined || value === 0) return;
  book.ttlTold = sent.sets;
  if (sent.sets) setUntimed(books, book, false);
}

/** A look that began before an answer may be older than it: a TTL that is told of is believed until a later look says otherwise. */
function enterLook(books: Books, seen: EventOf<"observation">["keys"][number], event: EventOf<"observation">): void {
  const id = idOf(seen.key);
  if (id === null) return;
  if (seen.kind === "none") {
    leave(books, seen.key);
    return;
  }
  const book = bookOf(books, id);
  book.isThere = true;
  const isLatest = event.since !== undefined && event.since >= books.answeredSeq && isAtRest(books);
  if (seen.ttlMs === -1 && book.ttlTold && !isLatest) return;
  book.ttlTold = seen.ttlMs >= 0;
  setUntimed(books, book, seen.ttlMs === -1);
}

function leave(books: Books, key: string): void {
  const id = idOf(key);
  const book = id === null ? undefined : books.sessions[id];
  if (!book) return;
  book.isThere = false;
  book.ttlTold = false;
  setUntimed(books, book, false);
}

function setUntimed(books: Books, book: Book, untimed: boolean): void {
  if (book.withoutTtl === untimed) return;
  book.withoutTtl = untimed;
  books.untimed = books.untimed.filter((id) => id !== book.id);
  if (untimed) books.untimed.push(book.id);
}

function enterDeath(books: Books, actor: string): void {
  for (const [action, call] of Object.entries(books.calls)) if (call.actor === actor) endCall(books, action, true);
}

function endCall(books: Books, action: string, died: boolean): void {
  const made = books.sessions[books.makes[action] ?? ""];
  if (made && died) made.orphan = true;
  delete books.calls[action];
  delete books.makes[action];
}

function enterResult(books: Books, event: EventOf<"result">): Call | null {
  const call = books.calls[event.action] ?? null;
  endCall(books, String(event.action), event.error !== undefined);
  const { body, value, seq, actor } = event;
  const id = textIn(body, "sessionId");
  const told = textIn(value, "sessionId");
  const book = id === null ? undefined : books.sessions[id];
  if (event.error !== undefined) {
    // It may have been written all the same.
    const field = textIn(body, "field") ?? "";
    const write = event.name === "set" && book && writeIn(book, field);
    if (write) write.others = withOther(write.others, textIn(body, "value") ?? "");
    return null;
  }
  switch (event.name) {
    case "create": {
      if (told === null) break;
      const made = bookOf(books, told);
      made.userId = textIn(body, "userId") ?? "";
      made.toldSeq = seq;
      made.knowers = [actor];
      if (event.decidedUs) made.limitUs = event.decidedUs[1] + books.absoluteUs;
      break;
    }
    case "set":
      if (book && fieldIn(value, "written") === true) enterWrite(book, event, call);
      break;
    case "destroy":
      if (book) book.end ??= { seq, how: "its logout" };
      break;
    case "destroy-all":
      // One that was made meanwhile may have come later.
      for (const each of Object.values(books.sessions))
        if (each.userId === textIn(body, "userId") && each.toldSeq !== null && each.toldSeq < (call?.seq ?? 0))
          each.end ??= { seq, how: "the logout everywhere" };
      break;
    case "rotate":
      if (!book || told === null) break;
      book.end ??= { seq, how: "its rotation" };
      Object.assign(bookOf(books, told), {
        userId: book.userId,
        toldSeq: seq,
        limitUs: book.limitUs,
        written: withoutRole(book.written),
        knowers: [actor],
      });
      break;
  }
  if (book && event.name !== "rotate") know(book, actor);
  return call;
}

function enterWrite(book: Book, event: EventOf<"result">, call: Call | null): void {
  const { body, seq, actor } = event;
  const field = textIn(body, "field") ?? "";
  const value = textIn(body, "value") ?? "";
  const before = writeIn(book, field);
  const fromSeq = call?.seq ?? seq;
  const overlaps = before && before.doneSeq > fromSeq;
  book.written[field] = {
    value,
    others: overlaps ? withOther(before.others, before.value) : [],
    doneSeq: seq,
    isLost: false,
  };
  if (field === "role") book.raised = { by: actor, role: value, seq, knowers: [...book.knowers] };
}

/** A field may be called as something that every object has. */
const writeIn = ({ written }: Book, field: string): Write | undefined =>
  Object.hasOwn(written, field) ? written[field] : undefined;

/** More than these at once are not told apart. */
const MAX_OTHERS = 64;
const withOther = (others: readonly string[], value: string): string[] =>
  others.includes(value) ? [...others] : [...others, value].slice(-MAX_OTHERS);

const withoutRole = ({ role: _, ...others }: Record<string, Write>): Record<string, Write> => others;

function know(book: Book, actor: string): void {
  if (!book.knowers.includes(actor) && book.knowers.length < MAX_KNOWERS) book.knowers.push(actor);
}

function bookOf(books: Books, id: string): Book {
  let book = books.sessions[id];
  if (!book) {
    book = {
      id,
      userId: "",
      toldSeq: null,
      limitUs: null,
      end: null,
      isThere: false,
      withoutTtl: false,
      ttlTold: false,
      orphan: false,
      written: {},
      knowers: [],
      raised: null,
    };
    books.sessions[id] = book;
    books.order.push(id);
    if (books.order.length > MAX_SESSIONS) forget(books, books.order.shift() ?? "");
  }
  return book;
}

function forget(books: Books, id: string): void {
  delete books.sessions[id];
  books.untimed = books.untimed.filter((untimed) => untimed !== id);
}

export function fieldIn(value: WireValue | undefined, field: string): WireValue | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value[field] : undefined;
}

export function textIn(value: WireValue | undefined, field: string): string | null {
  const found = fieldIn(value, field);
  return typeof found === "string" ? found : null;
}
