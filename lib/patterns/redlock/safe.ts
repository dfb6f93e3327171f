/**
 * Redlock with a fence. Five independent nodes cannot mint a number that only grows, so the protected resource does, after
 * the majority. Whoever reads the row registers its number, and from then on no lower one reads or writes. This makes the
 * row safe, with two owners as with one: the lock in front of it only saves work.
 */
import type {
  ExtendBody,
  ExtendResult,
  ReleaseBody,
  ReleaseResult,
  WriteBody,
  WriteResult,
} from "../../families/locks/lock";
import { acquire as acquireQuorum, type Context, extend as extendQuorum, release as releaseQuorum } from "./redlock";
import type { QuorumBody, QuorumResult, RedlockParams } from "./redlock-params";
import { workWith } from "./work";

/** A token is what the nodes hold, a colon, and the fencing token. */
const FENCE = /(?:^|:)(\d+)$/;
const onNodes = <B extends { token: string }>(body: B): B => ({ ...body, token: body.token.replace(FENCE, "") });

export async function acquire(ctx: Context, params: RedlockParams, body: QuorumBody): Promise<QuorumResult> {
  const lock = await acquireQuorum(ctx, params, body);
  const { token, validityMs } = lock;
  if (token === null || validityMs === null) return lock;
  const sinceMs = ctx.now();
  const giveBack = () => releaseQuorum(ctx, params, { resource: body.resource, token });
  const [minted] = await ctx.db.query("SELECT nextval('fencing_tokens') AS token").catch(async (error: unknown) => {
    await giveBack();
    throw error;
  });
  const leftMs = validityMs - (ctx.now() - sinceMs);
  if (leftMs <= 0) {
    await giveBack();
    return { ...lock, acquired: false, token: null, validityMs: null };
  }
  const fencingToken = Number(minted?.token);
  return { ...lock, token: `${token}:${fencingToken}`, fencingToken, validityMs: leftMs };
}

export async function write({ db }: Context, _params: RedlockParams, body: WriteBody): Promise<WriteResult> {
  const { resource, token, amount } = body;
  const fence = Number(FENCE.exec(String(token))?.[1] ?? 0);
  const [row] = await db.query(
    `INSERT INTO accounts (resource, highest) VALUES ($1, $2)
     ON CONFLICT (resource) DO UPDATE SET highest = EXCLUDED.highest
     WHERE accounts.highest <= EXCLUDED.highest RETURNING balance`,
    [resource, fence],
  );
  if (!row) return { accepted: false, balance: null, rejectedAt: "read" };
  const balance = Number(row.balance) + amount;
  const written = await db.query(
    "UPDATE accounts SET balance = $2 WHERE resource = $1 AND highest <= $3 RETURNING balance",
    [resource, balance, fence],
  );
  if (!written.length) return { accepted: false, balance: null, rejectedAt: "write" };
  return { accepted: true, balance, rejectedAt: null };
}

export const extend = (ctx: Context, params: RedlockParams, body: ExtendBody): Promise<ExtendResult> =>
  extendQuorum(ctx, params, onNodes(body));

export const release = (ctx: Context, params: RedlockParams, body: ReleaseBody): Promise<ReleaseResult> =>
  releaseQuorum(ctx, params, onNodes(body));

export const work = workWith({ acquire, write, release });
