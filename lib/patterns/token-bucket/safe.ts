/**
 * The repaired token bucket: one script reads, decides and writes, on Redis' own clock.
 * The app server passes no time, so that no clock but one counts; and it learns how long to wait.
 */
import type { PatternContext } from "../../contract";
import type { BucketParams, TakeBody, TakeResult } from "./take";

interface Scripts {
  takeSafe(
    key: string,
    capacity: number,
    refillPerSecond: number,
    cost: number,
  ): Promise<[allowed: 0 | 1, remaining: number, retryAfterMs: number, resetMs: number]>;
}

export async function take(
  ctx: PatternContext<Scripts>,
  { capacity, refillPerSecond }: BucketParams,
  { client, cost }: TakeBody,
): Promise<TakeResult> {
  const [allowed, remaining, retryAfterMs, resetMs] = await ctx.redis.takeSafe(
    `bucket:${client}`,
    capacity,
    refillPerSecond,
    cost,
  );
  return { allowed: allowed === 1, limit: capacity, remaining, retryAfterMs, resetMs };
}
