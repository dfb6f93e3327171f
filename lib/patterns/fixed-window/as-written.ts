/**
 * The fixed window as most people write it: count with INCR, and give the counter its time to live when it is new.
 * Two commands, so an app server can die between them: the counter then has no time to live, for ever.
 */
import type { PatternContext } from "../../contract";
import type { TakeBody, TakeResult, WindowParams } from "../../families/rate-limiting/take";

export async function take(
  ctx: PatternContext,
  { limit, windowMs }: WindowParams,
  { client }: TakeBody,
): Promise<TakeResult> {
  const key = `ratelimit:${client}`;
  const count = await ctx.redis.incr(key);
  if (count === 1) await ctx.redis.expire(key, Math.ceil(windowMs / 1000));

  const allowed = count <= limit;
  return {
    allowed,
    limit,
    remaining: Math.max(0, limit - count),
    retryAfterMs: allowed ? 0 : null,
    resetMs: null,
  };
}
