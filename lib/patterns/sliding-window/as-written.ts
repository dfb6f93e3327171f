/**
 * The sliding window as the notes give it: a log in a sorted set, cut, written and counted in one MULTI.
 * ioredis' exec() answers [error, value] per command. The notes compare the pair: `[null, 11] > 10` is false.
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
  const results = (await multi.exec()) as unknown as number[];

  const currentCount = results[2] as number;
  if (currentCount > limit) {
    return { allowed: false, limit, remaining: 0, retryAfterMs: waitTime(results[0] as number), resetMs: null };
  }
  return { allowed: true, limit, remaining: limit - currentCount, retryAfterMs: 0, resetMs: null };

  /** The notes leave it open; what it gets is the number of entries that were cut, not the time of the oldest one. */
  function waitTime(oldest: number): number {
    return Math.max(0, oldest + windowMs - now);
  }
}
