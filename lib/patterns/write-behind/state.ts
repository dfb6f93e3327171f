/**
 * What the books hold: of each page how many views were sent and acknowledged, what the database has and what Redis still holds
 * for it. Browser-safe, JSON, bounded.
 */
import type { AppendOnly } from "../../contract";
import type { Change, Pages, Told } from "./wire";

export interface Page {
  /** Views that went to Redis and were not refused. */
  sent: number;
  /** Views that Redis has answered. */
  acknowledged: number;
  /** Sent, and no answer came: in it or not. */
  unknown: number;
  database: number;
  /** What Redis counts of this page: its total, or what waits to be claimed. */
  held: number;
  /** Absolute UPDATEs on their way; two at once may overtake each other, and only a look tells which came last. */
  updates: number;
  overlapped: boolean;
  doubtful: boolean;
}

export interface Batch {
  id: string;
  pages: Pages;
  /** The database has it. */
  applied: boolean;
  /** Nobody knows whether it has, until somebody looks. */
  doubtful: boolean;
}

/** The database had more before. */
export interface Fall {
  page: number;
  from: number;
  to: number;
}

export interface Books {
  appendonly: AppendOnly;
  down: boolean;
  /** Redis is back and has not been looked at. */
  returned: boolean;
  counts: "total" | "waiting";
  pages: Record<number, Page>;
  /** Claimed and not forgotten. */
  batch: Batch | null;
  /** Ids of the last batches: a flusher may come late with one that is forgotten. */
  claimed: string[];
  /** Flushes on their way, by action call, with what they have taken out of Redis. */
  flushes: Record<number, Pages>;
  /** Commands and queries whose answer tells something. */
  sent: Record<number, Told & { action: number | null }>;
  queries: Record<number, Query>;
  /** Position of what last went to Redis or came from it, and to or from the database. */
  redisSeq: number;
  databaseSeq: number;
  /** Every time that the database went backwards, the last ones. */
  falls: Fall[];
  fellBy: number;
  failedQueries: number;
  measured: Measured[];
}

export interface Query {
  change: Change;
  action: number | null;
}

/** What was measured of one way to keep what Redis holds. */
export interface Measured {
  mode: AppendOnly;
  /** The page that was viewed meanwhile. */
  page: number | null;
  acknowledged: number;
  /** From the first write's sending to the last one's answer, µs. */
  fromUs: number;
  toUs: number;
  /** Acknowledged writes that a Redis which was killed and started again did not have; null until it is back. */
  lost: number | null;
}

export const emptyBooks = (appendonly: AppendOnly = "no"): Books => ({
  appendonly,
  down: false,
  returned: false,
  counts: "waiting",
  pages: {},
  batch: null,
  claimed: [],
  flushes: {},
  sent: {},
  queries: {},
  redisSeq: 0,
  databaseSeq: 0,
  falls: [],
  fellBy: 0,
  failedQueries: 0,
  measured: [],
});

export function pageOf(books: Books, id: number): Page {
  let page = books.pages[id];
  if (!page) {
    page = {
      sent: 0,
      acknowledged: 0,
      unknown: 0,
      database: 0,
      held: 0,
      updates: 0,
      overlapped: false,
      doubtful: false,
    };
    books.pages[id] = page;
  }
  return page;
}

/** Views of this page that Redis holds and the database does not have; less than 0 while replies overtake each other. */
export function pendingOf({ counts, pages, batch }: Books, id: number): number {
  const page = pages[id];
  if (!page) return 0;
  if (counts === "total") return Math.max(0, page.held - page.database);
  return page.held + (batch && !batch.applied ? (batch.pages[id] ?? 0) : 0);
}

/** Nothing is on its way from Redis to the database that would be in neither, or in both. */
export const isAtRest = ({ flushes, queries, batch }: Books): boolean =>
  Object.keys(flushes).length === 0 &&
  !batch?.doubtful &&
  Object.values(queries).every(({ change }) => change.kind === "set");
