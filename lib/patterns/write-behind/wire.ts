/** What the commands and statements of all variants mean to the books: read from the wire, nowhere else. */
import type { EventOf, WireValue } from "../../events";

const COUNTER = /^pageviews:(\d+)$/;
export const WAITING = "views:waiting";
export const CLAIMED = "views:claimed";
const BATCH = "batch";

/** Views by page. */
export type Pages = Record<number, number>;

/** What a command is about. */
export type Told =
  | { kind: "view"; page: number; count: number; counts: "total" | "waiting" }
  | { kind: "claim" }
  | { kind: "forget"; batch: string }
  | { kind: "take" }
  | { kind: "taken" };

/** Null for commands that change nothing of what the books hold. */
export function commandOf({ name, args, script }: EventOf<"command">): Told | null {
  const counter = COUNTER.exec(args[0] ?? "");
  if (name === "INCRBY" && counter)
    return { kind: "view", page: Number(counter[1]), count: Number(args[1]), counts: "total" };
  if (name === "HINCRBY" && args[0] === WAITING)
    return { kind: "view", page: Number(args[1]), count: Number(args[2]), counts: "waiting" };
  if (script === "claim-safe-2.lua") return { kind: "claim" };
  // File, number of keys, the keys, the batch.
  if (script === "forget-safe-2.lua") return { kind: "forget", batch: args[4] ?? "" };
  if (name === "HGETALL" && args[0] === WAITING) return { kind: "take" };
  return name === "EXEC" ? { kind: "taken" } : null;
}

/** As written, the last 100th view that these views have passed; null when they passed none. */
export function hundredthOf(views: number, count: number): number | null {
  const hundredth = views - (views % 100);
  return hundredth > views - count ? hundredth : null;
}

/** What a statement does to `page_stats`. `pages`: absent when they were too long for the trace. */
export type Change =
  | { kind: "set"; page: number; views: number }
  | { kind: "add-taken"; pages?: Pages }
  | { kind: "add-batch"; batch: string; pages?: Pages }
  | { kind: "totals" };

/** Null for statements that change nothing and that no flush needs. */
export function changeOf({ sql, values }: EventOf<"query">): Change | null {
  if (sql.startsWith("UPDATE page_stats SET views = $1"))
    return { kind: "set", views: Number(values[0]), page: Number(values[1]) };
  if (sql.startsWith("UPDATE page_stats SET views = page_stats.views"))
    return { kind: "add-taken", ...pagesIn(values[0]) };
  if (sql.startsWith("WITH old")) return { kind: "add-batch", batch: String(values[0]), ...pagesIn(values[3]) };
  return sql.startsWith("SELECT id, views FROM page_stats") ? { kind: "totals" } : null;
}

/** From a statement's JSON. */
function pagesIn(json: WireValue | undefined): { pages?: Pages } {
  try {
    const pages: Pages = {};
    for (const [id, views] of Object.entries(JSON.parse(String(json)) as object)) pages[Number(id)] = Number(views);
    return { pages };
  } catch {
    return {};
  }
}

/** A page's own counter among the keys, and its page. */
export function counterOf(key: string): number | null {
  const page = COUNTER.exec(key)?.[1];
  return page === undefined ? null : Number(page);
}

/**
 * A hash as the trace has it: an object, or fields and values in turn. Null when it was too long for the trace, so that some of
 * it is not known.
 */
export function hashOf(value: WireValue | undefined): { batch: string | null; pages: Pages } | null {
  if (value === null || value === undefined) return { batch: null, pages: {} };
  if (typeof value !== "object") return null;
  const fields = Array.isArray(value) ? inPairs(value) : Object.entries(value);
  const pages: Pages = {};
  let batch: string | null = null;
  for (const [field, of] of fields)
    if (field === BATCH) batch = String(of);
    else if (/^\d+$/.test(field)) pages[Number(field)] = Number(of);
    else return null;
  return { batch, pages };
}

const inPairs = (flat: WireValue[]): [string, WireValue][] =>
  flat.flatMap((field, i) => (i % 2 === 0 ? [[String(field), flat[i + 1] ?? null] as [string, WireValue]] : []));

export const sumOf = (pages: Pages): number => Object.values(pages).reduce((sum, count) => sum + count, 0);
