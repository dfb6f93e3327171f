/** What the picture is drawn from. JSON, bounded. */
import type { LedgerEntry } from "../../contract";
import type { Mark, Point } from "../../families/history";
import { type Books, emptyBooks, type Fall } from "./state";

interface Lane {
  actor: string;
  touchedSeq: number;
  marks: Mark[];
}

export interface State {
  books: Books;
  lanes: Lane[];
  /** Acknowledged views that the database does not have, over time. */
  points: Point[];
  /** The pages that were viewed last, the newest first. */
  shown: number[];
  /** Every 100th view in the order in which Redis counted it, and what came to the database in its order. */
  counted: LedgerEntry[];
  stored: LedgerEntry[];
  /** Absolute UPDATEs on their way, by their position: whose, and what they say. */
  updates: Record<number, { actor: string; action: number; text: string }>;
  /** When views came to be missing, or the database went backwards; null while neither is so. */
  partedUs: number | null;
  /** The last time that the database went backwards, until it is as far again. */
  fallen: Fall | null;
  fellBy: number;
}

export const initial = (books = emptyBooks()): State => ({
  books,
  lanes: [],
  points: [],
  shown: [],
  counted: [],
  stored: [],
  updates: {},
  partedUs: null,
  fallen: null,
  fellBy: 0,
});
