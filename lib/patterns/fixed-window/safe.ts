/**
 * The repaired fixed window: counter and time to live in one script, so that there is never one without the other.
 * The window begins with the first request and ends when the counter expires; the answer says when.
 */
import type { PatternContext } from "../../contract";
import type { TakeBody, TakeResult, WindowParams } from "../../families/rate-limiting/take";

interface Scripts {
  takeSafe(
    key: string,
    limit: number,
    windowMs: number,
    cost: number,
  ): Promise<[allowed: 0 | 1, used: number, leftMs: number]>;
}

export async function take(
  ctx: PatternContext<Scripts>,
  { limit, windowMs }: WindowParams,
  { client, cost }: TakeBody,
): Promise<TakeResult> {
  const [allowed, used, leftMs] = await ctx.redis.takeSafe(`ratelimit:${client}`, limit, windowMs, cost);
  return {
    allowed: allowed === 1,
    limit,
    remaining: Math.max(0, limit - used),
    // In its last millisecond the counter is still there: who comes one later finds it gone.
    retryAfterMs: allowed === 1 ? 0 : leftMs + 1,
    resetMs: leftMs,
  };
}
