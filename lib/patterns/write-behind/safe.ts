/**
 * What waits in Redis is what is still to be added, by page. A flush claims all of it under a batch id, adds it to the database
 * together with that id in one statement, and only then forgets it. Whoever flushes next takes up what was claimed and not
 * forgotten; the id keeps the database from adding it twice. Breaks only with a Redis that forgets what it has acknowledged, so it
 * keeps an append-only file, synced before each answer.
 */
import type { Params, PatternContext } from "../../contract";
import type { FlushResult, PageBody, ReadResult, ViewBody, ViewResult } from "./bodies";

interface Scripts {
  claimSafe(waiting: string, claimed: string, newBatch: string): Promise<string[]>;
  forgetSafe(claimed: string, total: string, batch: string, ...totals: string[]): Promise<number>;
  readSafe(total: string, claimed: string, waiting: string, pageId: number, stored: string): Promise<number | null>;
}
type Context = PatternContext<Scripts>;

/** Hashes by page: still to be claimed; claimed (with the batch's id in the field `batch`); total in the database. */
const [WAITING, CLAIMED, TOTAL] = ["views:waiting", "views:claimed", "views:total"] as const;
const DAY_MS = 86_400_000;

/** A batch whose id is there already adds nothing. Ids are kept for a day: no flusher sleeps longer. */
const ADD = `
  WITH old AS (DELETE FROM applied_batches WHERE applied_ms < $2),
  batch AS (INSERT INTO applied_batches (id, applied_ms) VALUES ($1, $3) ON CONFLICT DO NOTHING RETURNING id)
  UPDATE page_stats SET views = page_stats.views + claimed.views::integer
  FROM batch, json_each_text($4::json) AS claimed(page, views)
  WHERE page_stats.id = claimed.page::integer
  RETURNING page_stats.id, page_stats.views`;
const TOTALS = `
  SELECT id, views FROM page_stats
  WHERE id IN (SELECT claimed.page::integer FROM json_each_text($1::json) AS claimed(page, views))`;

export async function view({ redis }: Context, _params: Params, { pageId, count }: ViewBody): Promise<ViewResult> {
  await redis.hincrby(WAITING, String(pageId), count);
  return { views: null, flushed: false };
}

/** Until its own batch is in the database: what another had claimed before comes first. */
export async function flush({ redis, db, now, uuid }: Context): Promise<FlushResult> {
  const own = uuid();
  let done: FlushResult = { batch: null, views: 0, added: false };
  while (done.batch !== own) {
    const claimed = await redis.claimSafe(WAITING, CLAIMED, own);
    const { batch, ...pages } = Object.fromEntries(pairs(claimed));
    if (batch === undefined) break;
    const json = JSON.stringify(pages);
    const added = await db.query(ADD, [batch, now() - DAY_MS, now(), json]);
    const rows = added.length > 0 ? added : await db.query(TOTALS, [json]);
    await redis.forgetSafe(CLAIMED, TOTAL, batch, ...rows.flatMap(({ id, views }) => [String(id), String(views)]));
    const views = added.length > 0 ? Object.values(pages).reduce((sum, count) => sum + Number(count), 0) : 0;
    done = { batch, views: done.views + views, added: done.added || views > 0 };
  }
  return done;
}

export async function read({ redis, db }: Context, _params: Params, { pageId }: PageBody): Promise<ReadResult> {
  const known = await redis.readSafe(TOTAL, CLAIMED, WAITING, pageId, "");
  if (known !== null) return { source: "cache", views: known };
  const [row] = await db.query("SELECT views FROM page_stats WHERE id = $1", [pageId]);
  const views = await redis.readSafe(TOTAL, CLAIMED, WAITING, pageId, String(row?.views));
  return { source: "database", views: Number(views) };
}

const pairs = (flat: string[]) =>
  flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? ""] as const] : []));
