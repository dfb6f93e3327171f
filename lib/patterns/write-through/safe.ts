/**
 * Caches the row that the database returned. A script keeps the newer of two by a version under a key of its own, which lives a
 * hundred times as long as the row: an old writer is refused after the row has expired, too. A row that cannot be written is
 * deleted, and its version remembered. What it cannot help: a writer that dies between its two writes leaves the old row in the
 * cache until its TTL ends, and one that is late by a hundred TTLs is no longer known to be late.
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
  VERSION_TTLS,
  versionKeyOf,
  type WriteThroughParams,
} from "./user";

type Context = PatternContext<{
  storeSafe(
    key: string,
    versionKey: string,
    row: string,
    version: number,
    ttlMs: number,
    versionTtlMs: number,
  ): Promise<0 | 1>;
  forgetSafe(key: string, versionKey: string, version: number, versionTtlMs: number): Promise<0 | 1>;
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
    // What cannot be overwritten must go, and no older row may come after it.
    const gone = await ctx.redis.forgetSafe(keyOf(id), versionKeyOf(id), version, ttlMs * VERSION_TTLS);
    return { version, cache: gone ? "deleted" : "kept-newer" };
  }
}

export function read(ctx: Context, { ttlMs }: WriteThroughParams, { id }: ReadBody): Promise<ReadResult> {
  // A fill may be late as well; and a reader has its row, whether the cache takes it or not.
  return readThrough(ctx, id, (row) => store(ctx, row, ttlMs).catch(() => 0));
}

function store(ctx: Context, row: Row, ttlMs: number): Promise<0 | 1> {
  const id = Number(row.id);
  const version = Number(row.version);
  return ctx.redis.storeSafe(keyOf(id), versionKeyOf(id), JSON.stringify(row), version, ttlMs, ttlMs * VERSION_TTLS);
}
