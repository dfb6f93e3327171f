/**
 * The textbook's fence: every acquisition has a higher number, and the row refuses a write with a lower one than it has
 * written. That saves a blind overwrite. This is a read-modify-write: an old owner writes in time, but after the new one
 * has read; both pass, and the new one writes back a sum that knows nothing of the other.
 */
import type { PatternContext } from "../../contract";
import type {
  AcquireBody,
  AcquireResult,
  ReleaseBody,
  ReleaseResult,
  WriteBody,
  WriteResult,
} from "../../families/locks/lock";
import { fenceOf } from "./fence";
import type { LockParams } from "./lock-params";
import { workWith } from "./work";

interface Scripts {
  acquireSafe(lock: string, minted: string, holder: string, ttlMs: number): Promise<number | null>;
  releaseAsWritten(lock: string, token: string): Promise<0 | 1>;
}

export async function acquire(
  ctx: PatternContext<Scripts>,
  params: LockParams,
  { resource, ttlMs }: AcquireBody,
): Promise<AcquireResult> {
  const holder = `${ctx.actor}:${ctx.uuid()}`;
  const lease = ttlMs ?? params.ttlMs;
  const fencingToken = await ctx.redis.acquireSafe(`lock:${resource}`, `fence:${resource}`, holder, lease);
  const acquired = fencingToken !== null;
  return { acquired, token: acquired ? `${holder}:${fencingToken}` : null, fencingToken };
}

export async function write(
  { db }: PatternContext,
  _params: LockParams,
  { resource, token, amount }: WriteBody,
): Promise<WriteResult> {
  const [row] = await db.query("SELECT balance FROM accounts WHERE resource = $1", [resource]);
  const balance = Number(row?.balance ?? 0) + amount;
  const [written] = await db.query(
    `INSERT INTO accounts (resource, balance, highest) VALUES ($1, $2, $3)
     ON CONFLICT (resource) DO UPDATE SET balance = EXCLUDED.balance, highest = EXCLUDED.highest
     WHERE accounts.highest <= EXCLUDED.highest RETURNING balance`,
    [resource, balance, fenceOf(token)],
  );
  return { accepted: written !== undefined, balance: written ? balance : null, rejectedAt: written ? null : "write" };
}

export async function release(
  ctx: PatternContext<Scripts>,
  _params: LockParams,
  { resource, token }: ReleaseBody,
): Promise<ReleaseResult> {
  return { released: (await ctx.redis.releaseAsWritten(`lock:${resource}`, token)) === 1 };
}

export const work = workWith({ acquire, write, release });
