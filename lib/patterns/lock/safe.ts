/**
 * The repaired lock. A second lane renews the lease for as long as this process is alive. Should it stand still for longer
 * than its lease, the row itself refuses it: see fenced-row.ts.
 */
import type { PatternContext } from "../../contract";
import type {
  AcquireBody,
  AcquireResult,
  ExtendBody,
  ExtendResult,
  ReleaseBody,
  ReleaseResult,
} from "../../families/locks/lock";
import { write } from "./fenced-row";
import type { LockParams } from "./lock-params";
import { workWith } from "./work";

interface Scripts {
  acquireSafe(lock: string, minted: string, holder: string, ttlMs: number): Promise<number | null>;
  extendSafe(lock: string, token: string, ttlMs: number): Promise<0 | 1>;
  releaseAsWritten(lock: string, token: string): Promise<0 | 1>;
}
type Context = PatternContext<Scripts>;

export async function acquire(ctx: Context, params: LockParams, body: AcquireBody): Promise<AcquireResult> {
  const { resource, ttlMs = params.ttlMs } = body;
  const holder = `${ctx.actor}:${ctx.uuid()}`;
  const fencingToken = await ctx.redis.acquireSafe(`lock:${resource}`, `fence:${resource}`, holder, ttlMs);
  const acquired = fencingToken !== null;
  return { acquired, token: acquired ? `${holder}:${fencingToken}` : null, fencingToken };
}

/** For `work`, which may take longer than a lease: renews it until it is given back, or turns out to be lost. */
async function acquireAndRenew(ctx: Context, params: LockParams, body: AcquireBody): Promise<AcquireResult> {
  const lock = await acquire(ctx, params, body);
  const { token } = lock;
  if (token === null || params.renewals === 0) return lock;
  const renew = async (lane: Context): Promise<ExtendResult> => {
    const answer = await extend(lane, params, { resource: body.resource, token });
    if (!answer.extended) lane.loops.stop(token);
    return answer;
  };
  const everyMs = params.ttlMs / params.renewals;
  ctx.loops.start({ id: token, name: "renewal", lane: "second", everyMs, turn: renew });
  return lock;
}

export async function extend(ctx: Context, params: LockParams, body: ExtendBody): Promise<ExtendResult> {
  const { resource, token, ttlMs = params.ttlMs } = body;
  const extended = (await ctx.redis.extendSafe(`lock:${resource}`, token, ttlMs)) === 1;
  return { extended, ttlMs: extended ? ttlMs : null };
}

export async function release(ctx: Context, _params: LockParams, body: ReleaseBody): Promise<ReleaseResult> {
  const { resource, token } = body;
  ctx.loops.stop(token);
  return { released: (await ctx.redis.releaseAsWritten(`lock:${resource}`, token)) === 1 };
}

export { write };
export const work = workWith({ acquire: acquireAndRenew, write, release });
