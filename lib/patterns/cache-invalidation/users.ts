/** The row of a user, and what the actions take and answer. A copy of a row carries the version that it was when it was loaded. */
import type { PatternContext } from "../../contract";

export type CacheParams = { ttlMs: number; staleBoundMs: number; databaseMs: number };
export type User = { id: number; username: string; version: number };

export type ReadBody = { service: string; id: number };
export type ReadResult = {
  /** Who had it: the service's own memory, the shared cache, or PostgreSQL. */
  source: "local" | "cache" | "database";
  value: User | null;
  version: number | null;
  ms: number;
};
export type UpdateBody = { service: string; id: number; username: string };
export type UpdateResult = { version: number | null };

/** Undefined where there is no such row. */
export async function selectUser({ db }: PatternContext, id: number): Promise<User | undefined> {
  const [row] = await db.query("SELECT id, username, version FROM users WHERE id = $1", [id]);
  return row as User | undefined;
}

export async function updateUser({ db }: PatternContext, { id, username }: UpdateBody): Promise<UpdateResult> {
  const [row] = await db.query(
    "UPDATE users SET username = $1, version = version + 1 WHERE id = $2 RETURNING version",
    [username, id],
  );
  return { version: (row as User | undefined)?.version ?? null };
}

export const answer = (source: ReadResult["source"], user: User | undefined, ms: number): ReadResult => ({
  source,
  value: user ?? null,
  version: user?.version ?? null,
  ms,
});
