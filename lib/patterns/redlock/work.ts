/**
 * A job under the lock, the same for every variant: wait for it, work, write, give it back. Who did not get a majority asks
 * again after a random while, so that those who wait do not split the votes again; after waitMs it gives up.
 */
import type { PatternContext } from "../../contract";
import type {
  ReleaseBody,
  ReleaseResult,
  WorkBody,
  WorkResult,
  WriteBody,
  WriteResult,
} from "../../families/locks/lock";
import type { QuorumBody, QuorumResult, RedlockParams } from "./redlock-params";

type Call<Scripts, B, R> = (ctx: PatternContext<Scripts>, params: RedlockParams, body: B) => Promise<R>;

interface LockCode<Scripts> {
  acquire: Call<Scripts, QuorumBody, QuorumResult>;
  write: Call<Scripts, WriteBody, WriteResult>;
  release: Call<Scripts, ReleaseBody, ReleaseResult>;
}

const AMOUNT = 10;

export function workWith<Scripts>({
  acquire,
  write,
  release,
}: LockCode<Scripts>): Call<Scripts, WorkBody, WorkResult & QuorumResult> {
  return async (ctx, params, { resource, owner, ms }) => {
    const giveUpAt = ctx.now() + params.waitMs;
    let attempts = 1;
    let lock = await acquire(ctx, params, { resource, owner });
    while (!lock.acquired && ctx.now() < giveUpAt) {
      await ctx.sleep(params.retryMs * (0.5 + ctx.random()));
      lock = await acquire(ctx, params, { resource, owner });
      attempts += 1;
    }
    const { token } = lock;
    if (token === null) return { ...lock, accepted: null, balance: null, released: null, attempts };
    let written: WriteResult;
    let released: boolean | null = null;
    try {
      await ctx.sleep(ms);
      written = await write(ctx, params, { resource, owner, token, amount: AMOUNT });
    } finally {
      // Should this fail, it must not hide how the work went: the lease ends by itself.
      released = await release(ctx, params, { resource, token }).then(
        (answer) => answer.released,
        () => null,
      );
    }
    return { ...lock, accepted: written.accepted, balance: written.balance, released, attempts };
  };
}
