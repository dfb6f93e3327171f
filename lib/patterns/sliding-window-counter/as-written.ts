/**
 * The window counter as it is usually written: read the counts of this window and the one before, decide, count up.
 * The windows are those of the app server's clock. Between the reading and the counting other requests read the same.
 */
import type { PatternContext } from "../../contract";
import type { TakeBody, TakeResult, WindowParams } from "../../families/rate-limiting/take";

export async function take(
  ctx: PatternContext,
  { limit, windowMs }: WindowParams,
  { client }: TakeBody,
): Promise<TakeResult> {
  const now = ctx.now();
  const index = Math.floor(now / windowMs);
  const key = `ratelimit:${client}:${index}`;
  const previous = Number(await ctx.redis.get(`ratelimit:${client}:${index - 1}`));
  const current = Number(await ctx.redis.get(key));

  const weight = 1 - (now % windowMs) / windowMs;
  const estimate = previous * weight + current;
  if (estimate + 1 > limit) {
    return { allowed: false, limit, remaining: 0, retryAfterMs: null, resetMs: null };
  }
  await ctx.redis
    .multi()
    .incr(key)
    .pexpire(key, 2 * windowMs)
    .exec();
  return { allowed: true, limit, remaining: Math.floor(limit - estimate - 1), retryAfterMs: 0, resetMs: null };
}
