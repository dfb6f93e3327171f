/** What a consumer does with a batch: one effect for each entry, and one XACK for all that went well. */
import type { PatternContext } from "../../contract";
import { type Entry, mustBeDoable, type Reader, STREAM, type TurnResult } from "./jobs";

/** The entry's id is the key: whoever comes second, after a crash or too late, changes nothing. */
const EFFECT = `
  WITH first AS (INSERT INTO applied (worker_group, entry_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING entry_id)
  INSERT INTO effects (worker_group, entry_id, consumer) SELECT $1, entry_id, $3 FROM first RETURNING entry_id`;

/** All at the same time, so that none of them idles while another is worked on. What fails stays pending. */
export async function work(
  { redis, db }: PatternContext,
  reader: Reader,
  entries: Entry[],
): Promise<Pick<TurnResult, "done" | "failed">> {
  const { group, consumer } = reader;
  const attempt = async (entry: Entry) => {
    mustBeDoable(entry);
    await db.query(EFFECT, [group, entry.id, consumer]);
    return entry.id;
  };
  const done = (await Promise.allSettled(entries.map(attempt))).flatMap((one) =>
    one.status === "fulfilled" ? one.value : [],
  );
  if (done.length > 0) await redis.xack(STREAM, group, ...done);
  return { done: done.length, failed: entries.length - done.length };
}
