/**
 * Counts first and adds only what is admitted, so nobody is locked out. But the count and the entry are two steps:
 * between them other requests count the same log and are admitted too.
 */
import type { PatternContext } from "../../contract";
import type { TakeBody, TakeResult, WindowParams } from "../../families/rate-limiting/take";

export async function take(
  ctx: PatternContext,
  { limit, windowMs }: WindowParams,
  { client }: TakeBody,
): Promise<TakeResult> {
  const key = `ratelimit:${client}`;
  const now = ctx.now();
  const results = await ctx.redis
    .multi()
    .zremrangebyscore(key, 0, now - windowMs)
    .zcard(key)
    .zrange(key, "0", "0", "WITHSCORES")
    .zrange(key, "-1", "-1", "WITHSCORES")
    .exec();
  const [, count, oldest, newest] = (results ?? []).map(([, value]) => value) as [number, number, string[], string[]];

  if (count >= limit) {
    const msUntilGone = ([, atMs]: string[]) => Math.max(0, Number(atMs) + windowMs - now);
    return { allowed: false, limit, remaining: 0, retryAfterMs: msUntilGone(oldest), resetMs: msUntilGone(newest) };
  }
  await ctx.redis.multi().zadd(key, now, `${now}:${ctx.random()}`).pexpire(key, windowMs).exec();
  return { allowed: true, limit, remaining: limit - count - 1, retryAfterMs: 0, resetMs: windowMs };
}
