/** What a command that Redis has executed does to the picture: looks come now and then, answers come at once. */
import type { WireValue } from "../../events";
import { idOf, textIn } from "./books";
import { INDEX } from "./session";
import { findSeen, type Seen, type State, seenOf } from "./state";

const MAX_FIELDS = 4;
/** Fields that stand on a card in another way, or not at all. */
const KNOWN = new Set(["userId", "email", "role", "ip", "userAgent", "createdAt", "absoluteAt"]);
/** µs in the unit of the argument. */
const TTL_UNIT_US: Record<string, number> = { EXPIRE: 1e6, PEXPIRE: 1e3, PEXPIREAT: 1e3 };

/** @param words name first */
export function apply(state: State, words: readonly string[], atUs: number, seq: number): void {
  const [name = "", key = "", ...rest] = words;
  const user = userOf(key);
  if (user !== null) applyToIndex(state, name.toUpperCase(), user, rest);
  const id = idOf(key);
  if (id !== null) applyToSession(state, name.toUpperCase(), id, rest, atUs, seq);
}

function applyToSession(
  state: State,
  command: string,
  id: string,
  rest: readonly string[],
  atUs: number,
  seq: number,
): void {
  if (command === "HSET") {
    const seen = seenOf(state, id, seq);
    if (!isLeft(seen, atUs)) seen.expiresUs = null;
    seen.isThere = true;
    readHash(seen, Object.fromEntries(rest.flatMap((word, i) => (i % 2 ? [] : [[word, rest[i + 1] ?? ""]]))), atUs);
    seen.knownSeq = seq;
    return;
  }
  const seen = findSeen(state, id);
  if (!seen) return;
  if (TTL_UNIT_US[command]) {
    // EXPIRE finds no key whose time was over; in a MULTI its own answer does not say so.
    if (!isLeft(seen, atUs)) return;
    const untilUs = (command === "PEXPIREAT" ? 0 : atUs) + Number(rest[0]) * TTL_UNIT_US[command];
    seen.expiresUs = rest[1] === "LT" ? Math.min(seen.expiresUs ?? untilUs, untilUs) : untilUs;
  } else if (command === "DEL") leave(seen, atUs);
  else if (command === "RENAME") rename(state, seen, idOf(rest[0]), atUs, seq);
  else return;
  seen.knownSeq = seq;
}

/** Is it there, with time left? */
const isLeft = ({ isThere, expiresUs }: Seen, atUs: number): boolean =>
  isThere && (expiresUs === null || expiresUs > atUs);

export function leave(seen: Seen, atUs: number): void {
  if (seen.isThere) seen.end ??= { kind: "deleted", atUs, text: "deleted" };
  seen.isThere = false;
}

function rename(state: State, from: Seen, toId: string | null, atUs: number, seq: number): void {
  if (toId === null) return;
  const { userId, role, device, bornUs, keptLimitUs, expiresUs, fields } = from;
  const to = seenOf(state, toId, seq);
  Object.assign(to, { userId, role, device, bornUs, keptLimitUs, expiresUs, isThere: true, knownSeq: seq });
  to.fields = fields.map((field) => ({ ...field }));
  leave(from, atUs);
}

/** Takes over the fields that are given; the others stay. */
export function readHash(seen: Seen, hash: Record<string, WireValue>, atUs: number): void {
  seen.userId = textIn(hash, "userId") ?? seen.userId;
  seen.role = textIn(hash, "role") ?? seen.role;
  seen.device = textIn(hash, "userAgent") ?? seen.device;
  seen.bornUs = momentIn(hash, "createdAt") ?? seen.bornUs;
  seen.keptLimitUs = momentIn(hash, "absoluteAt") ?? seen.keptLimitUs;
  for (const [name, value] of Object.entries(hash)) {
    if (KNOWN.has(name)) continue;
    const field = seen.fields.find((one) => one.name === name);
    if (!field && seen.fields.length < MAX_FIELDS) seen.fields.push({ name, value: String(value), changedUs: atUs });
    else if (field && field.value !== String(value)) Object.assign(field, { value: String(value), changedUs: atUs });
  }
}

function applyToIndex({ indexes }: State, command: string, user: string, rest: readonly string[]): void {
  const ids = indexes[user] ?? [];
  const member = rest[command === "ZADD" ? 1 : 0] ?? "";
  if (command === "ZADD") indexes[user] = ids.includes(member) ? ids : [...ids, member];
  else if (command === "ZREM") indexes[user] = ids.filter((id) => id !== member);
  else if (command === "DEL") indexes[user] = [];
}

export function userOf(key: string): string | null {
  const isIndex = key.startsWith(INDEX.before) && key.endsWith(INDEX.after);
  return isIndex ? key.slice(INDEX.before.length, -INDEX.after.length) : null;
}

/** A field that holds ms since the Unix epoch. */
function momentIn(hash: Record<string, WireValue>, field: string): number | null {
  const ms = Number(hash[field]);
  return hash[field] !== undefined && Number.isFinite(ms) ? ms * 1000 : null;
}
