/** What goes in and comes out, what is cached and under which keys: the same for every variant. */

export type WriteThroughParams = {
  /** How long a cached row lives. */
  ttlMs: number;
  databaseMs: number;
};

/** Of the table `users`. */
export type Row = Record<string, string | number>;

export type UpdateBody = { id: number; username: string; writer?: string };
export type ReadBody = { id: number };

export type UpdateResult = {
  /** Of the row that the database now has; null where the variant does not ask for it, or there is no such user. */
  version: number | null;
  /** What became of the cached row: `kept-newer` when a newer one was there, `deleted` when it could not be overwritten. */
  cache: "written" | "kept-newer" | "deleted" | "none";
};
export type ReadResult = { source: "cache" | "database"; value: Row | null; ms: number };

/** The cached row, a string of JSON. */
export const keyOf = (id: number): string => `user:${id}`;
/** The newest version that was cached, where the variant keeps it apart. */
export const versionKeyOf = (id: number): string => `user:${id}:version`;
/** An old writer may be so many TTLs of a row late, and is still known to be old. */
export const VERSION_TTLS = 100;
