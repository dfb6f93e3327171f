/**
 * The row that Redlock is to protect, without a fence: read it, add, write it back. It asks nobody whether the lock is still
 * theirs; so two owners at once, or one that is late, overwrite each other.
 */
import type { PatternContext } from "../../contract";
import type { WriteBody, WriteResult } from "../../families/locks/lock";
import { acquire, extend, release } from "./redlock";
import type { RedlockParams } from "./redlock-params";
import { workWith } from "./work";

export async function write({ db }: PatternContext, _params: RedlockParams, body: WriteBody): Promise<WriteResult> {
  const { resource, amount } = body;
  const [row] = await db.query("SELECT balance FROM accounts WHERE resource = $1", [resource]);
  const balance = Number(row?.balance ?? 0) + amount;
  await db.query(
    `INSERT INTO accounts (resource, balance) VALUES ($1, $2)
     ON CONFLICT (resource) DO UPDATE SET balance = EXCLUDED.balance RETURNING balance`,
    [resource, balance],
  );
  return { accepted: true, balance, rejectedAt: null };
}

export { acquire, extend, release };
export const work = workWith({ acquire, write, release });
