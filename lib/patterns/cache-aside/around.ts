/** What happens around the reads, the same for every variant: a change of the row, and the end of a key's time. */
import type { PatternContext } from "../../contract";
import type { CacheParams } from "./read";

/** The database only: nobody tells the cache, and whoever reads it gets the old row until its time is over. */
export async function update(
  ctx: PatternContext,
  _params: CacheParams,
  { id, username }: { id: number; username: string },
): Promise<{ version: number | null }> {
  const [changed] = await ctx.db.query(
    "UPDATE users SET username = $2, version = version + 1 WHERE id = $1 RETURNING version",
    [id, username],
  );
  return { version: changed ? Number(changed.version) : null };
}

/** The key's time is over now, not later. */
export async function expire(
  ctx: PatternContext,
  _params: CacheParams,
  { id }: { id: number },
): Promise<{ expired: boolean }> {
  return { expired: (await ctx.redis.pexpire(`user:${id}`, 0)) === 1 };
}
