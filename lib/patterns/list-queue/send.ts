/** The effect of a job: an email, here a row. Done again, it is sent again. */
import type { Job, WorkContext } from "./job";

export async function send({ db, actor }: WorkContext, { id, payload }: Job): Promise<boolean> {
  await db.query("INSERT INTO emails (job, payload, sent_by) VALUES ($1, $2, $3) RETURNING job", [id, payload, actor]);
  return true;
}
