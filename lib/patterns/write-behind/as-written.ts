/**
 * Counts in Redis, and at every 100th view writes the count to the database, without waiting for it. Breaks in four ways: what
 * came after the last 100th view dies with Redis; a failed UPDATE is forgotten; two UPDATEs may overtake each other; and a Redis
 * that comes back empty counts from 0, until a 100th view overwrites the database with less.
 */
import type { Params, PatternContext } from "../../contract";
import type { PageBody, ReadResult, ViewBody, ViewResult } from "./bodies";

const EVERY = 100;
const keyOf = (pageId: number) => `pageviews:${pageId}`;

export async function view(
  { redis, db }: PatternContext,
  _params: Params,
  { pageId, count }: ViewBody,
): Promise<ViewResult> {
  const views = await redis.incrby(keyOf(pageId), count);
  // Several views at once may pass a 100th one: it is what the last of them would have written.
  const hundredth = views - (views % EVERY);
  const flushed = hundredth > views - count;
  if (flushed) db.query("UPDATE page_stats SET views = $1 WHERE id = $2", [hundredth, pageId]).catch(() => undefined);
  return { views, flushed };
}

export async function read({ redis, db }: PatternContext, _params: Params, { pageId }: PageBody): Promise<ReadResult> {
  const counted = await redis.get(keyOf(pageId));
  if (counted !== null) return { source: "cache", views: Number(counted) };
  const [row] = await db.query("SELECT views FROM page_stats WHERE id = $1", [pageId]);
  return { source: "database", views: Number(row?.views) };
}
