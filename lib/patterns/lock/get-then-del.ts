/**
 * The same lock, released by GET and then DEL. The comparison is right when it is made. When the deletion comes, the lease
 * may be over and the lock somebody else's; then that one is deleted, and a third owner gets in beside the second.
 */
import type { PatternContext } from "../../contract";
import type { AcquireBody, AcquireResult, ReleaseBody, ReleaseResult } from "../../families/locks/lock";
import type { LockParams } from "./lock-params";
import { write } from "./row";
import { workWith } from "./work";

export async function acquire(
  ctx: PatternContext,
  params: LockParams,
  { resource, ttlMs }: AcquireBody,
): Promise<AcquireResult> {
  const token = `${ctx.actor}:${ctx.uuid()}`;
  const answer = await ctx.redis.set(`lock:${resource}`, token, "PX", ttlMs ?? params.ttlMs, "NX");
  const acquired = answer === "OK";
  return { acquired, token: acquired ? token : null, fencingToken: null };
}

export async function release(
  ctx: PatternContext,
  _params: LockParams,
  { resource, token }: ReleaseBody,
): Promise<ReleaseResult> {
  if ((await ctx.redis.get(`lock:${resource}`)) !== token) return { released: false };
  return { released: (await ctx.redis.del(`lock:${resource}`)) === 1 };
}

export { write };
export const work = workWith({ acquire, write, release });
