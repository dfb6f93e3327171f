/** The books of all pages together. */
import { type Books, pendingOf } from "./state";

export interface Sums {
  sent: number;
  acknowledged: number;
  /** Nobody was told whether they went in. */
  unknown: number;
  database: number;
  /** Acknowledged, and not in the database. */
  behind: number;
  pending: number;
  /** Acknowledged, and neither in the database nor pending. */
  lost: number;
  /** In the database or pending, and sent by nobody. */
  extra: number;
}

export function sumsOf(books: Books): Sums {
  const sums: Sums = { sent: 0, acknowledged: 0, unknown: 0, database: 0, behind: 0, pending: 0, lost: 0, extra: 0 };
  for (const [id, page] of Object.entries(books.pages)) {
    const pending = pendingOf(books, Number(id));
    const there = page.database + pending;
    sums.sent += page.sent;
    sums.acknowledged += page.acknowledged;
    sums.unknown += page.unknown;
    sums.database += page.database;
    sums.behind += Math.max(0, page.acknowledged - page.database);
    sums.pending += Math.max(0, pending);
    sums.lost += Math.max(0, page.acknowledged - there);
    sums.extra += Math.max(0, there - page.sent);
  }
  return sums;
}
