/** What goes in and comes out of a read, the same for every variant. */
import type { Params } from "../../contract";

export type CacheParams = Params & {
  /** How long a row may stay in the cache. */
  ttlMs: number;
  databaseMs: number;
  /** Over how many app servers a herd is spread. */
  instances: number;
  /** How long a loader has a key to itself. */
  leaseMs: number;
  /** How long it is remembered that a row does not exist. */
  negativeMs: number;
};

export type User = { id: number; username: string; email: string; version: number };

export type ReadBody = { id: number; instance: string };
export type ReadResult = {
  source: "cache" | "database";
  /** Null: there is no such user. */
  value: User | null;
  /** How long the reader waited, by its own clock. */
  ms: number;
};

/** Where a user is kept: the book's own name for it. */
export const KEY_PREFIX = "user:";
