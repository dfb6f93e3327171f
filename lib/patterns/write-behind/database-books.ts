/** The database's side of the books: what statements did to `page_stats`, and what was seen there. */

import type { EventOf } from "../../events";
import { makeRoom } from "../../families/bounded";
import { type Books, pageOf } from "./state";
import { changeOf, type Pages } from "./wire";

const MAX_FALLS = 20;
const MAX_OPEN = 4000;
const MAX_CLAIMED = 50;
/** The sender died while the statement was under way: it has been executed or not. */
const NOBODY_KNOWS = /has crashed/;

/** What waited is taken away. @param pages which; undefined: all that is known of */
export function takeOut(books: Books, pages: Pages | undefined): Pages {
  const taken = pages ?? Object.fromEntries(Object.entries(books.pages).map(([id, { held }]) => [id, held]));
  for (const [id, count] of Object.entries(taken)) pageOf(books, Number(id)).held -= count;
  return taken;
}

/** A batch is claimed, or taken up again. @param pages undefined: all that waited */
export function claim(books: Books, id: string, pages?: Pages): void {
  if (books.claimed.includes(id)) return;
  books.claimed.push(id);
  if (books.claimed.length > MAX_CLAIMED) books.claimed.shift();
  books.batch = { id, pages: takeOut(books, pages), applied: false, doubtful: false };
}

export function bookChange(books: Books, event: EventOf<"query">): void {
  const change = changeOf(event);
  if (!change) return;
  books.databaseSeq = event.seq;
  makeRoom(books.queries, event.seq, MAX_OPEN);
  books.queries[event.seq] = { change, action: event.action };
  // The statement may stand in the trace before the reply that named the batch.
  if (change.kind === "add-batch") claim(books, change.batch, change.pages);
  if (change.kind !== "set") return;
  const page = pageOf(books, change.page);
  page.updates += 1;
  if (page.updates > 1) page.overlapped = true;
}

export function bookRows(books: Books, event: EventOf<"rows">): void {
  const query = books.queries[event.ref];
  if (!query) return;
  delete books.queries[event.ref];
  books.databaseSeq = event.seq;
  const { change, action } = query;
  if (event.error !== undefined) books.failedQueries += 1;
  switch (change.kind) {
    case "set":
      set(books, change.page, change.views, event);
      break;
    case "add-taken":
      if (event.error !== undefined || action === null) break;
      add(books, change.pages ?? books.flushes[action] ?? {});
      books.flushes[action] = {};
      break;
    case "add-batch":
      addBatch(books, change.batch, event);
      break;
    case "totals":
      if (books.batch?.doubtful) Object.assign(books.batch, { applied: true, doubtful: false });
      atLeast(books, event.rows);
      break;
  }
}

function set(books: Books, id: number, views: number, { error }: EventOf<"rows">): void {
  const page = pageOf(books, id);
  page.updates -= 1;
  if (error === undefined ? page.overlapped : NOBODY_KNOWS.test(error)) page.doubtful = true;
  else if (error === undefined && !page.doubtful) stands(books, id, views);
  if (page.updates === 0) page.overlapped = false;
}

function addBatch(books: Books, id: string, { error, count, rows }: EventOf<"rows">): void {
  const batch = books.batch?.id === id ? books.batch : null;
  if (error !== undefined) {
    if (batch && NOBODY_KNOWS.test(error)) batch.doubtful = !batch.applied;
    return;
  }
  if (batch && !batch.applied) {
    // No rows: somebody had added it before, and did not come to say so. The totals, which are asked next, tell.
    batch.doubtful = !count;
    batch.applied = Boolean(count);
    // Of very many pages the trace has not all rows.
    const told = new Set(rows?.map(({ id: page }) => String(page)));
    if (count) add(books, Object.fromEntries(Object.entries(batch.pages).filter(([page]) => !told.has(page))));
  }
  atLeast(books, rows);
}

function add(books: Books, pages: Pages): void {
  for (const [id, views] of Object.entries(pages)) pageOf(books, Number(id)).database += views;
}

/** Totals that were told by statements which only add: an older answer may come after a newer one. */
function atLeast(books: Books, rows: EventOf<"rows">["rows"]): void {
  for (const { id, views } of rows ?? []) {
    const page = pageOf(books, Number(id));
    page.database = Math.max(page.database, Number(views));
  }
}

function stands(books: Books, id: number, views: number): void {
  const page = pageOf(books, id);
  if (views < page.database) {
    books.falls.push({ page: id, from: page.database, to: views });
    books.fellBy += page.database - views;
    if (books.falls.length > MAX_FALLS) books.falls.shift();
  }
  page.database = views;
}

/** The tables were looked at: what was seen counts if no statement was on its way meanwhile. */
export function seeTables(books: Books, { tables = [], since = -1 }: EventOf<"observation">): void {
  if (since < books.databaseSeq || Object.keys(books.queries).length > 0) return;
  const [stats, batches] = ["page_stats", "applied_batches"].map((name) => tables.find(({ table }) => table === name));
  for (const { id, views } of stats?.rows ?? []) {
    if (!books.pages[Number(id)] && !views) continue;
    pageOf(books, Number(id)).doubtful = false;
    stands(books, Number(id), Number(views));
  }
  const { batch } = books;
  if (!batch || !batches) return;
  const isThere = batches.rows.some(({ id }) => id === batch.id);
  if (!isThere && batches.count > batches.rows.length) return;
  Object.assign(batch, { applied: isThere, doubtful: false });
}
