/**
 * Books what happens, for the verdict and the picture. The books follow the replies, and are set right by every observation
 * that nothing has overtaken. Of a flush that is under way nothing is claimed: its views are between two places.
 */

import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { bookChange, bookRows, claim, seeTables, takeOut } from "./database-books";
import { measure } from "./durability";
import { type Books, emptyBooks, pageOf } from "./state";
import { CLAIMED, commandOf, counterOf, hashOf, WAITING } from "./wire";

/** More than a run has on its way; beyond it calls are forgotten. */
const MAX_OPEN = 4000;
/** A reply of Redis' own begins with a word in capitals: the command was not executed. Else the connection is gone. */
const REFUSED = /^[A-Z]{2,} /;

/** Books one event. @returns the books to go on with */
export function book(books: Books, event: RunEvent): Books {
  measure(books, event);
  switch (event.type) {
    case "run":
      return bookRun(books, event);
    case "command":
      bookCommand(books, event);
      break;
    case "reply":
      bookReply(books, event);
      break;
    case "query":
      bookChange(books, event);
      break;
    case "rows":
      bookRows(books, event);
      break;
    case "observation":
      seeKeys(books, event);
      seeTables(books, event);
      break;
    case "result":
      delete books.flushes[event.action];
      break;
  }
  return books;
}

function bookRun(books: Books, { status, appendonly = "no" }: EventOf<"run">): Books {
  if (status === "started" || status === "reset") return emptyBooks(appendonly);
  books.appendonly = appendonly;
  if (status === "redis-down") {
    books.down = true;
    // What it kept is known when it is back.
    if (appendonly === "no") holdNothing(books);
  } else if (status === "redis-up") {
    books.down = false;
    books.returned = true;
  }
  return books;
}

function holdNothing(books: Books): void {
  for (const page of Object.values(books.pages)) page.held = 0;
  books.batch = null;
}

function bookCommand(books: Books, event: EventOf<"command">): void {
  books.redisSeq = event.seq;
  const told = commandOf(event);
  if (!told) return;
  makeRoom(books.sent, event.seq, MAX_OPEN);
  books.sent[event.seq] = { ...told, action: event.action };
  if (told.kind === "view") {
    books.counts = told.counts;
    pageOf(books, told.page).sent += told.count;
  } else if (event.action !== null) books.flushes[event.action] ??= {};
}

function bookReply(books: Books, event: EventOf<"reply">): void {
  books.redisSeq = event.seq;
  const told = books.sent[event.ref];
  delete books.sent[event.ref];
  if (!told) return;
  if (event.error !== undefined) {
    if (told.kind !== "view") return;
    const page = pageOf(books, told.page);
    if (REFUSED.test(event.error)) page.sent -= told.count;
    else page.unknown += told.count;
    return;
  }
  switch (told.kind) {
    case "view": {
      const page = pageOf(books, told.page);
      page.acknowledged += told.count;
      // Replies of two connections may come in another order than Redis counted; a total only grows.
      page.held = told.counts === "total" ? Math.max(page.held, Number(event.value)) : page.held + told.count;
      break;
    }
    case "claim": {
      const hash = hashOf(event.value);
      // Too long for the trace: the statement that follows names the batch.
      if (hash?.batch) claim(books, hash.batch, hash.pages);
      break;
    }
    case "forget":
      if (event.value === 1 && books.batch?.id === told.batch) books.batch = null;
      break;
    case "taken":
      if (told.action !== null && Array.isArray(event.value))
        books.flushes[told.action] = takeOut(books, hashOf(event.value[0])?.pages);
      break;
  }
}

/** Redis was looked at: what was seen counts if nothing was sent or answered meanwhile. */
function seeKeys(books: Books, { keys, tables, since = -1 }: EventOf<"observation">): void {
  if (books.returned && !tables) {
    // It has just come back, and this is all that it holds.
    books.returned = false;
    holdNothing(books);
  } else if (since < books.redisSeq || Object.keys(books.sent).length > 0) return;
  for (const { key, kind, value, length } of keys) {
    const page = counterOf(key);
    if (page !== null) pageOf(books, page).held = Number(value ?? 0);
    if (key !== WAITING && key !== CLAIMED) continue;
    const hash = hashOf(kind === "none" ? null : value);
    if (!hash || (length !== undefined && length > Object.keys(hash.pages).length + 1)) continue;
    if (key === WAITING) {
      for (const page of Object.values(books.pages)) page.held = 0;
      for (const [id, count] of Object.entries(hash.pages)) pageOf(books, Number(id)).held = count;
    } else if (hash.batch === null) books.batch = null;
    else if (books.batch?.id !== hash.batch)
      books.batch = { id: hash.batch, pages: hash.pages, applied: false, doubtful: false };
  }
}
