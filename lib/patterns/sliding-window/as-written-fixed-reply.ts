/**
 * The notes' code with its one visible fault repaired: the count is taken out of ioredis' [error, value].
 * Now it denies, but a denied request stays in the log and counts: who goes on asking is never admitted again.
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
  const multi = ctx.redis.multi();
  multi.zremrangebyscore(key, 0, now - windowMs);
  multi.zadd(key, now, `${now}:${ctx.random()}`);
  multi.zcard(key);
  multi.expire(key, Math.ceil(windowMs / 1000) * 2);
  const results = (await multi.exec()) ?? [];

  const currentCount = Number(results[2]?.[1]);
  if (currentCount > limit) {
    return { allowed: false, limit, remaining: 0, retryAfterMs: waitTime(Number(results[0]?.[1])), resetMs: null };
  }
  return { allowed: true, limit, remaining: limit - currentCount, retryAfterMs: 0, resetMs: null };

  /** As in the notes it gets the number of entries that were cut, not the time of the oldest one: the wait is always 0. */
  function waitTime(oldest: number): number {
    return Math.max(0, oldest + windowMs - now);
  }
}
