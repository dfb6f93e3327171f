/** Reads a user from the cache; on a miss from the database, and then puts the row into the cache by `fill`. */
import type { PatternContext } from "../../contract";
import { keyOf, type ReadResult, type Row } from "./user";

export async function readThrough(
  ctx: PatternContext,
  id: number,
  fill: (row: Row) => Promise<unknown>,
): Promise<ReadResult> {
  const startedMs = ctx.now();
  const cached = await ctx.redis.get(keyOf(id));
  if (cached !== null) return { source: "cache", value: JSON.parse(cached), ms: ctx.now() - startedMs };
  const [row] = (await ctx.db.query("SELECT * FROM users WHERE id = $1", [id])) as Row[];
  if (row) await fill(row);
  return { source: "database", value: row ?? null, ms: ctx.now() - startedMs };
}
