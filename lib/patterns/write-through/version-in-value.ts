/**
 * Caches the row that the database returned, and a script keeps the newer of two by the version inside the cached value. So the
 * order in which writers reach the cache no longer matters, as long as a value is there to compare with. How it breaks: once the
 * value has expired nothing remembers its version, and a writer that is late by more than a TTL puts its old row there.
 */
import type { PatternContext } from "../../contract";
import { readThrough } from "./read";
import {
  keyOf,
  type ReadBody,
  type ReadResult,
  type Row,
  type UpdateBody,
  type UpdateResult,
  type WriteThroughParams,
} from "./user";

type Context = PatternContext<{
  storeVersionInValue(key: string, row: string, version: number, ttlMs: number): Promise<0 | 1>;
}>;

const RENAME = "UPDATE users SET username = $1, version = version + 1 WHERE id = $2 RETURNING *";

export async function update(
  ctx: Context,
  { ttlMs }: WriteThroughParams,
  { id, username }: UpdateBody,
): Promise<UpdateResult> {
  const [row] = (await ctx.db.query(RENAME, [username, id])) as Row[];
  if (!row) return { version: null, cache: "none" };
  const version = Number(row.version);
  try {
    return { version, cache: (await store(ctx, row, ttlMs)) ? "written" : "kept-newer" };
  } catch {
    // What cannot be overwritten must go: the next reader finds the row in the database.
    await ctx.redis.del(keyOf(id));
    return { version, cache: "deleted" };
  }
}

export function read(ctx: Context, { ttlMs }: WriteThroughParams, { id }: ReadBody): Promise<ReadResult> {
  return readThrough(ctx, id, (row) => store(ctx, row, ttlMs).catch(() => 0));
}

function store(ctx: Context, row: Row, ttlMs: number): Promise<0 | 1> {
  return ctx.redis.storeVersionInValue(keyOf(Number(row.id)), JSON.stringify(row), Number(row.version), ttlMs);
}
