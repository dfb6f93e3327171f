/**
 * The effect of a job, once: the row carries the job's id as its idempotency key, and whoever comes second with the same key
 * adds nothing. The database decides, in the statement that makes the effect; a look beforehand would be a race.
 */
import type { Job, WorkContext } from "./job";

export async function sendOnce({ db, actor }: WorkContext, { id, payload }: Job): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO emails (job, payload, sent_by, idempotency_key) VALUES ($1, $2, $3, $1)
     ON CONFLICT (idempotency_key) DO NOTHING RETURNING job`,
    [id, payload, actor],
  );
  return rows.length > 0;
}
