/**
 * The repaired sliding window: one script cuts the log, counts it, and adds the request only when it is admitted,
 * all on Redis' own clock. Nothing can come between the count and the entry, and a denied request leaves no trace.
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
