/** Writes events into the books: what was asked, what was answered, and what that means for row and cached value. */

import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { adopt, type Books, callOf, emptyCache, factOf, isObject, MAX_CALLS, noCounts } from "./books";
import { readCommand, readQuery, type Sent } from "./commands";
import { cachedAt, enter, type Fact, fieldsOf, sameFields, setRow } from "./fact";
import { bookSeenKey, bookSeenRows } from "./observed";

const DIED = /has crashed/;

/** Books one event. @returns the users whom it concerns */
export function book(books: Books, event: RunEvent): Fact[] {
  books.nowUs = Math.max(books.nowUs, event.atUs);
  const touched = bookOne(books, event);
  for (const fact of touched) fact.touchedSeq = event.seq;
  return touched;
}

function bookOne(books: Books, event: RunEvent): Fact[] {
  switch (event.type) {
    case "run":
      bookRun(books, event);
      return [];
    case "query":
      return bookQuery(books, event);
    case "rows":
      return bookRows(books, event);
    case "command":
      return bookCommand(books, event);
    case "reply":
      return bookReply(books, event);
    case "observation":
      return [
        ...event.keys.flatMap((seen) => bookSeenKey(books, seen, event.atUs)),
        ...(event.tables ?? []).flatMap(({ table, rows }) => (table === "users" ? bookSeenRows(books, rows) : [])),
      ];
    case "result":
      return bookResult(books, event);
    default:
      return [];
  }
}

function bookRun(books: Books, { status, variant, params, epoch }: EventOf<"run">): void {
  if (status === "ended") return;
  if (typeof params.ttlMs === "number") books.ttlMs = params.ttlMs;
  books.variant = variant;
  books.down = status === "redis-down";
  const isNew = epoch > books.epoch || status === "started";
  books.epoch = epoch;
  if (books.down) for (const fact of Object.values(books.facts)) emptyCache(books, fact);
  if (!isNew) return;
  books.counts = noCounts();
  books.excused = [];
  for (const fact of Object.values(books.facts)) [fact.excuse, fact.parted, fact.order] = [null, null, 0];
  // Rows outlive a Redis that comes back empty, and both outlive other parameters; nothing outlives a reset.
  if (status !== "reset" && status !== "started") return;
  [books.facts, books.table, books.calls, books.sent, books.queries] = [{}, {}, {}, {}, {}];
  books.forgot = false;
}

function bookQuery(books: Books, event: EventOf<"query">): Fact[] {
  const query = readQuery(event);
  if (!query || event.action === null) return [];
  makeRoom(books.queries, event.seq, MAX_CALLS);
  books.queries[event.seq] = query;
  const fact = factOf(books, query.id);
  if (query.username === null) return [];
  const call = callOf(books, event.action, event.actor);
  if (call.updates === null) fact.writers += 1;
  call.updates = query.id;
  call.isOpenQuery = true;
  return [fact];
}

function bookRows(books: Books, { ref, rows = [], count, error }: EventOf<"rows">): Fact[] {
  const query = books.queries[ref];
  if (!query) return [];
  delete books.queries[ref];
  const fact = factOf(books, query.id);
  const call = books.calls[query.action];
  if (call) call.isOpenQuery = false;
  if (error !== undefined) {
    // Who dies while the database works at the query never hears what came of it.
    if (DIED.test(error)) fact.rowKnown = false;
    return [fact];
  }
  const [row] = rows;
  fact.seenRow = "";
  if (query.username === null) {
    // A reader's answer tells all columns; it is older than what a writer was told with a higher version.
    if (!row) setRow(fact, null);
    else if (Number(row.version) >= Number(fact.row?.version ?? 0)) setRow(fact, row);
    return [fact];
  }
  const isThere = row !== undefined || (count ?? 0) > 0;
  setRow(fact, row ?? (isThere ? { ...fact.row, username: query.username } : null));
  const version = row ? `, version ${String(row.version)}` : "";
  enter(fact.inDatabase, {
    action: query.action,
    actor: query.actor,
    text: isThere ? `${query.username}${version}` : "no such user",
    outcome: isThere ? "yes" : "no",
  });
  return [fact];
}

function bookCommand(books: Books, event: EventOf<"command">): Fact[] {
  const sent = readCommand(event);
  if (!sent) return [];
  makeRoom(books.sent, event.seq, MAX_CALLS);
  books.sent[event.seq] = sent;
  const fact = factOf(books, sent.id);
  fact.overlapped = fact.inFlight > 0;
  fact.inFlight += 1;
  return [];
}

function bookReply(books: Books, event: EventOf<"reply">): Fact[] {
  const sent = books.sent[event.ref];
  if (!sent) return [];
  delete books.sent[event.ref];
  const fact = factOf(books, sent.id);
  fact.inFlight = Math.max(0, fact.inFlight - 1);
  fact.seenValue = "";
  if (event.error !== undefined) {
    bookError(books, fact, sent, event.error);
    return [fact];
  }
  if (event.serverOrder !== null && event.serverOrder < fact.order) return [fact];
  fact.order = event.serverOrder ?? fact.order;
  bookAnswer(books, fact, sent, event);
  // Nobody knows which came first: somebody has to look.
  if (event.serverOrder === null && fact.overlapped) fact.cachedKnown = false;
  return [fact];
}

/** A reply of Redis' own begins with a word in capitals: it was not executed. Else the connection is gone, and nobody knows. */
function bookError(books: Books, fact: Fact, sent: Sent, error: string): void {
  // The script comes once more, with its text.
  if (error.startsWith("NOSCRIPT")) return;
  const isRefusal = /^[A-Z]{2,} /.test(error);
  if (!isRefusal && sent.tells !== "value") fact.cachedKnown = false;
  const call = sent.action === null ? undefined : books.calls[sent.action];
  if (call && sent.tells === "store") call.storeFailed = true;
  if (call && sent.tells === "delete") call.deleteFailed = true;
  if (sent.tells !== "store" || sent.action === null) return;
  const text = isRefusal ? `refused: ${error.split(" ", 1)[0]}` : "no answer";
  enter(fact.inCache, { action: sent.action, actor: sent.actor, text, outcome: "no" });
}

function bookAnswer(books: Books, fact: Fact, sent: Sent, { value, serverUs }: EventOf<"reply">): void {
  const [, atUs] = serverUs;
  const action = sent.action ?? 0;
  if (sent.tells === "value") {
    const found = cachedAt(fact, atUs);
    if (typeof value !== "string") emptyCache(books, fact);
    else if (found && fact.cachedKnown && sameFields(fieldsOf(value), found.fields)) found.isRead = true;
    else adopt(books, fact, value, null, true);
    return;
  }
  if (sent.tells === "delete") {
    if (value === 0 && sent.version !== null) return;
    emptyCache(books, fact);
    remember(fact, sent, atUs);
    books.counts.deleted += 1;
    enter(fact.inCache, { action, actor: sent.actor, text: "deleted", outcome: "yes" });
    return;
  }
  const username = String(fieldsOf(sent.text)?.username ?? "");
  const version = sent.version === null ? "" : `, version ${sent.version}`;
  if (value === 0) {
    books.counts.refused += 1;
    enter(fact.inCache, { action, actor: sent.actor, text: `refused: ${username}${version}`, outcome: "no" });
    return;
  }
  emptyCache(books, fact);
  books.counts.stored += 1;
  fact.cached = {
    fields: fieldsOf(sent.text),
    expiresUs: atUs + sent.ttlMs * 1000,
    by: sent.actor,
    action,
    isRead: false,
    bytes: 0,
  };
  remember(fact, sent, atUs);
  enter(fact.inCache, { action, actor: sent.actor, text: `${username}${version}`, outcome: "yes" });
}

function remember(fact: Fact, { version, versionTtlMs }: Sent, atUs: number): void {
  if (version !== null && versionTtlMs > 0)
    fact.newest = { version, expiresUs: atUs + versionTtlMs * 1000, bytes: fact.newest?.bytes ?? 0 };
}

function bookResult(books: Books, { action, name, value, error }: EventOf<"result">): Fact[] {
  const call = books.calls[action];
  delete books.calls[action];
  if (name === "read" && error === undefined) {
    books.counts.reads += 1;
    if (isObject(value) && value.source === "cache") books.counts.hits += 1;
  }
  if (name !== "update" || !call || call.updates === null) return [];
  const fact = factOf(books, call.updates);
  fact.writers = Math.max(0, fact.writers - 1);
  books.counts.returned += 1;
  if (error === undefined) return [fact];
  books.counts.failed += 1;
  if (call.isOpenQuery) fact.rowKnown = false;
  if (DIED.test(error)) excuse(books, fact, `${call.actor} died before it had returned`);
  else if (call.storeFailed && call.deleteFailed)
    excuse(books, fact, `${call.actor}'s write failed and could not be deleted either`);
  return [fact];
}

function excuse(books: Books, fact: Fact, text: string): void {
  fact.excuse = { untilUs: books.nowUs + books.ttlMs * 1000, text };
  books.counts.excused += 1;
  if (!books.excused.includes(fact.id)) books.excused.push(fact.id);
}
