/**
 * The repaired window counter: both counts in one hash, read, weighed and written by one script on Redis' own clock.
 * It is still an estimate, but one that no two requests can read at the same time; and it tells how long to wait.
 */
import type { PatternContext } from "../../contract";
import type { TakeBody, TakeResult, WindowParams } from "../../families/rate-limiting/take";

interface Scripts {
  takeSafe(
    key: string,
    limit: number,
    windowMs: number,
    cost: number,
  ): Promise<[allowed: 0 | 1, remaining: number, retryAfterMs: number, resetMs: number]>;
}

export async function take(
  ctx: PatternContext<Scripts>,
  { limit, windowMs }: WindowParams,
  { client, cost }: TakeBody,
): Promise<TakeResult> {
  const [allowed, remaining, retryAfterMs, resetMs] = await ctx.redis.takeSafe(
    `ratelimit:${client}`,
    limit,
    windowMs,
    cost,
  );
  return { allowed: allowed === 1, limit, remaining, retryAfterMs, resetMs };
}
