/**
 * The protected row without a fence: read it, add, write it back. Each statement is right, and between the two this process
 * may stand still for longer than its lease lasts. The row asks nobody whether the lock is still theirs.
 */
import type { PatternContext } from "../../contract";
import type { WriteBody, WriteResult } from "../../families/locks/lock";
import type { LockParams } from "./lock-params";

export async function write(
  { db }: PatternContext,
  _params: LockParams,
  { resource, amount }: WriteBody,
): Promise<WriteResult> {
  const [row] = await db.query("SELECT balance FROM accounts WHERE resource = $1", [resource]);
  const balance = Number(row?.balance ?? 0) + amount;
  await db.query(
    `INSERT INTO accounts (resource, balance) VALUES ($1, $2)
     ON CONFLICT (resource) DO UPDATE SET balance = EXCLUDED.balance RETURNING balance`,
    [resource, balance],
  );
  return { accepted: true, balance, rejectedAt: null };
}
