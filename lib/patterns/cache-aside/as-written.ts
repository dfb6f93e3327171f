/**
 * Looks into the cache first; on a miss it reads the row and keeps it for a while. Simple, and right as long as one reader comes
 * at a time: whoever misses goes to the database, however many they are; and a row that does not exist is never kept, so
 * that asking for it always goes through.
 */
import type { PatternContext } from "../../contract";
import type { CacheParams, ReadBody, ReadResult, User } from "./read";

export async function read(ctx: PatternContext, { ttlMs }: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  const key = `user:${id}`;

  const cached = await ctx.redis.get(key);
  if (cached) return { source: "cache", value: JSON.parse(cached) as User, ms: ctx.now() - startedAt };

  const [user] = (await ctx.db.query("SELECT * FROM users WHERE id = $1", [id])) as User[];
  if (user) await ctx.redis.psetex(key, ttlMs, JSON.stringify(user));
  return { source: "database", value: user ?? null, ms: ctx.now() - startedAt };
}
