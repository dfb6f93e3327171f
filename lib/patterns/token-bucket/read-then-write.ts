/**
 * The same arithmetic without Lua: read the bucket, decide in the app server, write it back.
 * Between the read and the write another request can read the same tokens and spend them too.
 */
import type { PatternContext } from "../../contract";
import type { BucketParams, TakeBody, TakeResult } from "./take";

export async function take(
  ctx: PatternContext,
  { capacity, refillPerSecond }: BucketParams,
  { client, cost }: TakeBody,
): Promise<TakeResult> {
  const key = `bucket:${client}`;
  const nowMs = ctx.now();
  const [storedTokens, storedAtMs] = await ctx.redis.hmget(key, "tokens", "atMs");

  const atMs = Math.max(nowMs, Number(storedAtMs ?? nowMs));
  const elapsedMs = atMs - Number(storedAtMs ?? nowMs);
  const tokens = Math.min(capacity, Number(storedTokens ?? capacity) + (elapsedMs / 1000) * refillPerSecond);
  const allowed = tokens >= cost;
  const left = allowed ? tokens - cost : tokens;
  const msUntil = (level: number) => Math.ceil(((level - left) / refillPerSecond) * 1000);

  if (allowed) {
    await ctx.redis.hset(key, { tokens: left, atMs });
    await ctx.redis.pexpire(key, Math.max(1, msUntil(capacity)));
  }
  return {
    allowed,
    limit: capacity,
    remaining: Math.floor(left),
    retryAfterMs: allowed ? 0 : msUntil(cost),
    resetMs: msUntil(capacity),
  };
}
