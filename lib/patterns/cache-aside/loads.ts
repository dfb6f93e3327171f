/**
 * The book of loads: which key has been asked of the database how often since it was last filled, and by whom. JSON, bounded.
 *
 * A SELECT is right when nobody else is loading that key: nobody has sent one since the last fill, or all who have are known to have
 * ended without a fill. Only what is certain counts: a lease is taken to have begun when it was asked for, and a SELECT that was sent
 * while a fill was on its way belongs to whichever side of the fill makes it right, unless Redis' own time tells.
 */
import type { EventOf, RunEvent } from "../../events";
import { isTrimTime, trim } from "../../families/bounded";
import { isSentAgain, isStored, loadedKey, stepOf } from "./steps";

/** How a load can end without a fill. */
export type End = "crashed" | "failed" | "outlived";

interface Loader {
  action: number;
  actor: string;
  /** When its lease ends at the earliest, µs; null where there are no leases. */
  leaseEndsUs: number | null;
}

/** What was asked of the database for one fill of a key. */
export interface Interval {
  key: string;
  selects: number;
  /** One, and one more for each loader that had ended before the next one began. */
  allowed: number;
  filled: boolean;
  ended: { actor: string; how: End }[];
}

interface Open extends Interval {
  /** Those who have sent a SELECT and may still fill. */
  live: Loader[];
  /** Fills on their way; SELECTs that were sent meanwhile. */
  filling: number;
  unclear: { seq: number; atUs: number; loader: Loader }[];
}

/** A SELECT more than allowed. */
export interface Breach {
  seq: number;
  interval: Interval;
}

export interface Loads {
  /** Keys that have been asked for since they were last filled. */
  open: Record<string, Open>;
  /** By action: the lease that it has asked for. */
  leases: Record<number, number>;
  /** By `seq`: SELECTs and fills on their way. */
  sent: Record<number, { action: number; key: string; fills: boolean }>;
  selects: number;
  fills: number;
  ends: Record<End, number>;
  /** Of all intervals the one with the most SELECTs beyond what is allowed; of equal ones the one with the most. */
  worst: Interval | null;
}

const MAX_KEYS = 1500;
const MAX_ON_THEIR_WAY = 6000;
const MAX_LIVE = 1000;
const MAX_ENDED = 8;

export const emptyLoads = (): Loads => ({
  open: {},
  leases: {},
  sent: {},
  selects: 0,
  fills: 0,
  ends: { crashed: 0, failed: 0, outlived: 0 },
  worst: null,
});

/** Books one event. @returns the breaches that it makes certain */
export function bookLoad(loads: Loads, event: RunEvent): Breach[] {
  if (isTrimTime(event.seq)) {
    // A key that is forgotten begins anew: less is seen, nothing wrong is claimed.
    trim(loads.open, MAX_KEYS);
    trim(loads.sent, MAX_ON_THEIR_WAY);
    trim(loads.leases, MAX_ON_THEIR_WAY);
  }
  switch (event.type) {
    case "command":
      bookCommand(loads, event);
      return [];
    case "query":
      return bookSelect(loads, event);
    case "reply":
      return bookReply(loads, event);
    case "rows":
      if (event.error !== undefined) endOf(loads, loads.sent[event.ref], "failed");
      delete loads.sent[event.ref];
      return [];
    case "actor":
      if (event.status === "crashed") bookCrash(loads, event.actor);
      return [];
    case "result":
      // A load whose answer was an error has ended, whatever it was that failed; who returns without a fill may have one on its way.
      if (event.error !== undefined) endOf(loads, { action: event.action, key: null }, "failed");
      delete loads.leases[event.action];
      return [];
    default:
      return [];
  }
}

function bookCommand(loads: Loads, event: EventOf<"command">): void {
  const step = stepOf(event);
  if (!step || event.action === null) return;
  if (step.kind === "lease") {
    loads.leases[event.action] = event.atUs + step.leaseMs * 1000;
  } else if (step.kind === "fill") {
    loads.sent[event.seq] = { action: event.action, key: step.key, fills: true };
    const open = loads.open[step.key];
    if (open) open.filling += 1;
  }
}

function bookSelect(loads: Loads, event: EventOf<"query">): Breach[] {
  const key = loadedKey(event);
  if (key === null || event.action === null) return [];
  const { seq, atUs, action, actor } = event;
  const loader = { action, actor, leaseEndsUs: loads.leases[action] ?? null };
  loads.selects += 1;
  loads.sent[seq] = { action, key, fills: false };
  const open = openOf(loads, key);
  if (open.filling > 0) {
    if (open.unclear.length < MAX_ON_THEIR_WAY) open.unclear.push({ seq, atUs, loader });
    return [];
  }
  return count(loads, open, seq, atUs, loader);
}

function count(loads: Loads, open: Open, seq: number, atUs: number, loader: Loader): Breach[] {
  for (const late of open.live.filter(({ leaseEndsUs }) => leaseEndsUs !== null && leaseEndsUs <= atUs))
    end(loads, open, late, "outlived");
  open.selects += 1;
  // Whose own lease has ended before it asked is late already, and stands in nobody's way: it cannot fill.
  const isLate = loader.leaseEndsUs !== null && loader.leaseEndsUs <= atUs;
  const isRight = isLate || open.live.length === 0;
  if (isRight && open.selects > 1) open.allowed += 1;
  if (open.live.length < MAX_LIVE) open.live.push(loader);
  if (isLate) end(loads, open, loader, "outlived");
  rank(loads, open);
  return isRight ? [] : [{ seq, interval: intervalOf(open) }];
}

function bookReply(loads: Loads, event: EventOf<"reply">): Breach[] {
  const sent = loads.sent[event.ref];
  delete loads.sent[event.ref];
  if (!sent?.fills) return [];
  const open = loads.open[sent.key];
  if (open) open.filling = Math.max(0, open.filling - 1);
  if (isStored(event)) {
    loads.fills += 1;
    return open ? close(loads, open, event.serverUs) : [];
  }
  if (!isSentAgain(event)) endOf(loads, sent, event.error === undefined ? "outlived" : "failed");
  return open ? clear(loads, open) : [];
}

/** A fill ends the interval. What was sent meanwhile goes to the side on which it certainly lies, or to none. */
function close(loads: Loads, open: Open, [lo, hi]: readonly [number, number]): Breach[] {
  const breaches: Breach[] = [];
  const [before, after] = [open.unclear.filter(({ atUs }) => atUs < lo), open.unclear.filter(({ atUs }) => atUs > hi)];
  for (const { seq, atUs, loader } of before) breaches.push(...count(loads, open, seq, atUs, loader));
  open.filled = true;
  rank(loads, open);
  delete loads.open[open.key];
  if (open.filling === 0 && after.length === 0) return breaches;
  const next = openOf(loads, open.key);
  next.filling = open.filling;
  next.unclear = after;
  return [...breaches, ...clear(loads, next)];
}

/** No fill is on its way any more: what was sent meanwhile is clear. */
function clear(loads: Loads, open: Open): Breach[] {
  if (open.filling > 0) return [];
  return open.unclear.splice(0).flatMap(({ seq, atUs, loader }) => count(loads, open, seq, atUs, loader));
}

function bookCrash(loads: Loads, actor: string): void {
  for (const open of Object.values(loads.open))
    for (const loader of [...open.live]) if (loader.actor === actor) end(loads, open, loader, "crashed");
}

/** @param call `key` null: whichever key this call is loading */
function endOf(loads: Loads, call: { action: number; key: string | null } | undefined, how: End): void {
  if (!call) return;
  const keys = call.key === null ? Object.values(loads.open) : [loads.open[call.key]];
  for (const open of keys) {
    const loader = open?.live.find(({ action }) => action === call.action);
    if (open && loader) end(loads, open, loader, how);
  }
}

function end(loads: Loads, open: Open, loader: Loader, how: End): void {
  open.live.splice(open.live.indexOf(loader), 1);
  loads.ends[how] += 1;
  if (open.ended.length < MAX_ENDED) open.ended.push({ actor: loader.actor, how });
  rank(loads, open);
}

function openOf(loads: Loads, key: string): Open {
  const known = loads.open[key];
  if (known) return known;
  const open: Open = { key, selects: 0, allowed: 1, filled: false, ended: [], live: [], filling: 0, unclear: [] };
  loads.open[key] = open;
  return open;
}

function rank(loads: Loads, open: Open): void {
  const { worst } = loads;
  const beyond = ({ selects, allowed }: Interval) => Math.max(0, selects - allowed);
  const isSame = worst?.key === open.key && !worst.filled;
  if (
    !worst ||
    isSame ||
    beyond(open) > beyond(worst) ||
    (beyond(open) === beyond(worst) && open.selects > worst.selects)
  )
    loads.worst = intervalOf(open);
}

const intervalOf = ({ key, selects, allowed, filled, ended }: Open): Interval => ({
  key,
  selects,
  allowed,
  filled,
  ended: [...ended],
});
