/** One user in two places: the row in the database, the value in the cache, and how they stand to each other. JSON, bounded. */
import type { WireValue } from "../../events";

export type Fields = Record<string, WireValue>;

/** Of a row, as `tables.sql` makes it, besides the id: that one is in the key. */
export const COLUMNS = ["username", "email", "role", "version"];
const MAX_ENTRIES = 5;

/** A write that came to one of the two places. */
export interface Entry {
  /** Number of the action call: the same in both places. */
  action: number;
  actor: string;
  text: string;
  /** `no`: it came, and was refused. */
  outcome: "yes" | "no";
}

export interface Cached {
  /** Null when it is not a JSON object. */
  fields: Fields | null;
  /** When its TTL ends, µs; null without one. */
  expiresUs: number | null;
  by: string;
  action: number;
  /** Somebody has been given it. */
  isRead: boolean;
  /** By MEMORY USAGE; 0 until somebody has looked. */
  bytes: number;
}

export interface Fact {
  id: number;
  touchedSeq: number;
  /** Updates that have reached the database or are on their way there, and have not returned. */
  writers: number;
  /** Null when there is no such user; without columns when nothing is known of it. */
  row: Fields | null;
  rowKnown: boolean;
  cached: Cached | null;
  cachedKnown: boolean;
  /** What the key of the version says, and when it expires. */
  newest: { version: number; expiresUs: number; bytes: number } | null;
  /** Commands on its key that are on their way, and whether two of them were at once. */
  inFlight: number;
  overlapped: boolean;
  /** Place of the last command on its key in Redis' own order; 0 when that is not known. */
  order: number;
  /** What was last looked at and was not what the books say. */
  seenRow: string;
  seenValue: string;
  inDatabase: Entry[];
  inCache: Entry[];
  /** Whoever died or could not delete: until then the two may differ. */
  excuse: { untilUs: number; text: string } | null;
  /** Since when they differ with every writer returned, and why. */
  parted: { atUs: number; text: string; excused: boolean } | null;
}

export const emptyFact = (id: number, cachedKnown: boolean): Fact => ({
  id,
  touchedSeq: 0,
  writers: 0,
  row: {},
  rowKnown: false,
  cached: null,
  cachedKnown,
  newest: null,
  inFlight: 0,
  overlapped: false,
  order: 0,
  seenRow: "",
  seenValue: "",
  inDatabase: [],
  inCache: [],
  excuse: null,
  parted: null,
});

/** What one call does in one place, refusal and repair, is one entry. */
export function enter(entries: Entry[], entry: Entry): void {
  const last = entries.at(-1);
  if (last && last.action === entry.action && last.outcome === "no") {
    last.text = `${last.text}, ${entry.text}`;
    return;
  }
  entries.push(entry);
  if (entries.length > MAX_ENTRIES) entries.shift();
}

/** What a GET would find now: a value whose TTL is over is not there, though Redis may delete it later. */
export function cachedAt({ cached }: Fact, nowUs: number): Cached | null {
  return cached && (cached.expiresUs === null || nowUs <= cached.expiresUs) ? cached : null;
}

/** The columns in which the cached value says something else than the row. Empty when that is not known. */
export function differing(fact: Fact, nowUs: number): string[] {
  const cached = cachedAt(fact, nowUs);
  if (!cached || !fact.rowKnown || !fact.cachedKnown) return [];
  const { fields } = cached;
  const { row } = fact;
  if (!fields || !row) return COLUMNS;
  return COLUMNS.filter((name) => name in fields && name in row && fields[name] !== row[name]);
}

/** The columns that a value has not. */
export const missingIn = (fields: Fields): string[] => COLUMNS.filter((name) => !(name in fields));

export function fieldsOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

export const sameFields = (a: Fields | null, b: Fields | null): boolean => JSON.stringify(a) === JSON.stringify(b);

export function setRow(fact: Fact, row: Fields | null): void {
  fact.row = row === null ? null : { ...row };
  fact.rowKnown = true;
}

/** Why the two differ, by the order in which the writes came to each. */
export function whyApart({ inDatabase, inCache, row, cached }: Fact): string {
  const last = inDatabase.findLast(({ outcome }) => outcome === "yes");
  if (!row) return "there is no such user in the database";
  if (!last || !cached) return "nobody here wrote that";
  const place = inCache.findLastIndex(({ action }) => action === last.action);
  if (place < 0) return `${last.actor}'s write never came to Redis`;
  if (inCache[place]?.outcome === "no") return `Redis refused ${last.actor}'s write`;
  return `PostgreSQL got ${last.actor}'s write last, Redis ${cached.by}'s`;
}
