/**
 * The lock as the notes give it: SET NX PX takes it, a script gives it back only while it is ours. Two of its sides are
 * right. But a lease ends whether or not its owner knows: nothing renews it, and the row lets in whoever comes late.
 */
import type { PatternContext } from "../../contract";
import type { AcquireBody, AcquireResult, ReleaseBody, ReleaseResult } from "../../families/locks/lock";
import type { LockParams } from "./lock-params";
import { write } from "./row";
import { workWith } from "./work";

interface Scripts {
  releaseAsWritten(key: string, token: string): Promise<0 | 1>;
}

export async function acquire(
  ctx: PatternContext<Scripts>,
  params: LockParams,
  { resource, ttlMs }: AcquireBody,
): Promise<AcquireResult> {
  // As the notes: host, clock, and a number that was not made to be secret. It can be guessed.
  const token = `${ctx.actor}:${ctx.now()}:${ctx.random()}`;
  const answer = await ctx.redis.set(`lock:${resource}`, token, "PX", ttlMs ?? params.ttlMs, "NX");
  const acquired = answer === "OK";
  return { acquired, token: acquired ? token : null, fencingToken: null };
}

export async function release(
  ctx: PatternContext<Scripts>,
  _params: LockParams,
  { resource, token }: ReleaseBody,
): Promise<ReleaseResult> {
  return { released: (await ctx.redis.releaseAsWritten(`lock:${resource}`, token)) === 1 };
}

export { write };
export const work = workWith({ acquire, write, release });
