/**
 * Changes the row in the database, then puts what it was given into the cache. How it breaks:
 * - what it was given is not the whole row: the other columns vanish from the cache;
 * - two writers can reach the database as A, B and the cache as B, A: the older name stays in the cache;
 * - when the cache refuses the write, the old value stays there as if nothing had happened.
 */
import type { PatternContext } from "../../contract";
import { readThrough } from "./read";
import {
  keyOf,
  type ReadBody,
  type ReadResult,
  type UpdateBody,
  type UpdateResult,
  type WriteThroughParams,
} from "./user";

export async function update(
  ctx: PatternContext,
  { ttlMs }: WriteThroughParams,
  { id, username }: UpdateBody,
): Promise<UpdateResult> {
  const data = { username };
  await ctx.db.query("UPDATE users SET username = $1 WHERE id = $2", [username, id]);
  await ctx.redis.setex(keyOf(id), Math.ceil(ttlMs / 1000), JSON.stringify(data));
  return { version: null, cache: "written" };
}

export function read(ctx: PatternContext, { ttlMs }: WriteThroughParams, { id }: ReadBody): Promise<ReadResult> {
  return readThrough(ctx, id, (row) => ctx.redis.setex(keyOf(id), Math.ceil(ttlMs / 1000), JSON.stringify(row)));
}
