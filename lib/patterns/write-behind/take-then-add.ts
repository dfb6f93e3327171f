/**
 * What waits in Redis is no total but what is still to be added, so nothing can be overwritten with less. A flush takes all of it
 * out of Redis, in one transaction, and adds it to the database. Breaks when the flusher dies between the two, or when
 * the database does not answer: what was taken is in nobody's hands.
 */
import type { Params, PatternContext } from "../../contract";
import type { FlushResult, PageBody, ReadResult, ViewBody, ViewResult } from "./bodies";

/** Hash: views by page. */
const WAITING = "views:waiting";

const ADD = `
  UPDATE page_stats SET views = page_stats.views + taken.views::integer
  FROM json_each_text($1::json) AS taken(page, views)
  WHERE id = taken.page::integer`;

export async function view({ redis }: PatternContext, _params: Params, body: ViewBody): Promise<ViewResult> {
  await redis.hincrby(WAITING, String(body.pageId), body.count);
  return { views: null, flushed: false };
}

export async function flush({ redis, db }: PatternContext): Promise<FlushResult> {
  const answers = await redis.multi().hgetall(WAITING).del(WAITING).exec();
  const taken = (answers?.[0]?.[1] ?? {}) as Record<string, string>;
  const views = Object.values(taken).reduce((sum, count) => sum + Number(count), 0);
  if (views > 0) await db.query(ADD, [JSON.stringify(taken)]);
  return { batch: null, views, added: views > 0 };
}

export async function read({ redis, db }: PatternContext, _params: Params, { pageId }: PageBody): Promise<ReadResult> {
  const [row] = await db.query("SELECT views FROM page_stats WHERE id = $1", [pageId]);
  const waiting = await redis.hget(WAITING, String(pageId));
  return { source: "database", views: Number(row?.views) + Number(waiting ?? 0) };
}
