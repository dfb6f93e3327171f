/** What the actions take and answer, the same for every variant. */
import type { Params } from "../../contract";

/** `databaseMs`: how long the way to the database takes. */
export type WriteBehindParams = Params & { databaseMs: number };

export interface ViewBody {
  pageId: number;
  /** So many views at once. */
  count: number;
}
export interface ViewResult {
  /** Of this page, all together; null where counting a view does not tell. */
  views: number | null;
  /** The database was told with it; whether that succeeded is another question. */
  flushed: boolean;
  [field: string]: number | boolean | null;
}

export interface FlushResult {
  /** The id of the last batch that was there; null when nothing waited, or where batches have none. */
  batch: string | null;
  /** So many views this flush has added to the database. */
  views: number;
  /** False also when a batch was there that the database had already: whoever added it did not come to forget it. */
  added: boolean;
  [field: string]: string | number | boolean | null;
}

export interface PageBody {
  pageId: number;
}
export interface ReadResult {
  /** `cache`: without the database. */
  source: "cache" | "database";
  views: number;
  [field: string]: string | number;
}
