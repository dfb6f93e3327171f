/**
 * The token bucket as the notes give it: one Lua script, told the time by the app server, in whole seconds.
 * (The notes also take a `refillInterval`; nothing reads it there, so it is left out here.)
 */
import type { PatternContext } from "../../contract";
import type { BucketParams, TakeBody, TakeResult } from "./take";

interface Scripts {
  takeAsWritten(
    key: string,
    capacity: number,
    refillPerSecond: number,
    nowS: number,
  ): Promise<[allowed: 0 | 1, tokens: number]>;
}

export async function take(
  ctx: PatternContext<Scripts>,
  { capacity, refillPerSecond }: BucketParams,
  { client }: TakeBody,
): Promise<TakeResult> {
  const nowS = Math.floor(ctx.now() / 1000);
  const [allowed, tokens] = await ctx.redis.takeAsWritten(`bucket:${client}`, capacity, refillPerSecond, nowS);
  return { allowed: allowed === 1, limit: capacity, remaining: tokens, retryAfterMs: null, resetMs: null };
}
