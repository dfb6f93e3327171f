/**
 * The protected row with a fence at both its doors. Whoever reads registers a token, and from then on no lower one reads or
 * writes: an owner whose lease is over is refused, whether it comes before its read or stood still after it.
 */
import type { PatternContext } from "../../contract";
import type { WriteBody, WriteResult } from "../../families/locks/lock";
import { fenceOf } from "./fence";
import type { LockParams } from "./lock-params";

export async function write({ db }: PatternContext, _params: LockParams, body: WriteBody): Promise<WriteResult> {
  const { resource, token, amount } = body;
  const fence = fenceOf(token);
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
