/**
 * Who was admitted when, and what follows with certainty for every window: how many units at least were admitted within
 * one, and how many at most in the one before a denial. In O(1) per take; the memory is bounded.
 *
 * No false alarm is possible, though a decision is known only to lie between `lo` and `hi` and results come out of order:
 * - Entries stand in the order in which they came, with `lo` lowered and `hi` raised until both ascend. That only makes
 *   spans longer, so what is found to lie within one window certainly does.
 * - A denial waits until no call is open that may have been decided before it. A call that failed may have been admitted.
 * - What was on its way when an epoch began was decided by rules that are unknown: it counts as possible, never as certain.
 */
import type { EventOf, RunEvent } from "../../events";
import { decidedSpan } from "./decided";
import { type Take, takeOf } from "./words";

/** More entries than this are merged in pairs: a pair leaves the window with its first, so less is claimed. */
const MAX_ENTRIES = 2000;
const FORGET_EVERY = 64;
/** More than a run has actors. */
const MAX_CLIENTS = 128;
const MAX_PENDING = 5000;

interface Entry {
  loUs: number;
  hiUs: number;
  /** Units that were certainly admitted, under the rules of this epoch. */
  sure: number;
  /** Units that may have been. */
  possible: number;
}

interface Client {
  entries: Entry[];
  /** Entries before this one no longer lie in one window with the newest. */
  head: number;
  /** Sum from `head` on. */
  sure: number;
}

interface Denial {
  take: Take;
  seq: number;
  loUs: number;
  hiUs: number;
  limit: number;
  /** It waits for calls up to this number. */
  after: number;
}

export interface Ledger {
  epoch: number;
  windowUs: number;
  clients: Record<string, Client>;
  /** Calls on their way: when the first command of each was sent. */
  open: Record<number, number>;
  /** No call below this number is open. */
  minOpen: number;
  lastCall: number;
  /** Calls up to this number were on their way when the epoch began. */
  staleUpTo: number;
  pending: Denial[];
}

/** At least so many units were admitted to a client from `fromUs` to `toUs`, which is less than a window. */
export interface Admitted {
  kind: "admitted";
  take: Take;
  seq: number;
  units: number;
  fromUs: number;
  toUs: number;
  loUs: number;
  hiUs: number;
}
/** A denial, and how many units at most were admitted in the window before it (or enough to make it right). */
export interface Denied {
  kind: "denied";
  take: Take;
  seq: number;
  atMost: number;
  limit: number;
  hiUs: number;
}

export const emptyLedger = (windowMs: number, epoch = 0): Ledger => ({
  epoch,
  windowUs: windowMs * 1000,
  clients: {},
  open: {},
  minOpen: 1,
  lastCall: 0,
  staleUpTo: 0,
  pending: [],
});

/** Books one event. @returns what has become certain by it */
export function book(ledger: Ledger, event: RunEvent): (Admitted | Denied)[] {
  if (event.epoch > ledger.epoch) beginEpoch(ledger, event);
  if (event.type === "run" && typeof event.params.windowMs === "number") ledger.windowUs = event.params.windowMs * 1000;
  else if (event.type === "command" && event.action !== null && !(event.action in ledger.open)) {
    ledger.open[event.action] = event.atUs;
    ledger.lastCall = Math.max(ledger.lastCall, event.action);
    ledger.minOpen = Math.min(ledger.minOpen, event.action);
  } else if (event.type === "result") {
    const certain = bookResult(ledger, event);
    delete ledger.open[event.action];
    while (ledger.minOpen <= ledger.lastCall && !(ledger.minOpen in ledger.open)) ledger.minOpen += 1;
    return [...(certain ? [certain] : []), ...due(ledger)];
  }
  return [];
}

/** Other parameters keep the keys, so who was admitted still counts against a denial. Everything else empties them. */
function beginEpoch(ledger: Ledger, event: RunEvent): void {
  ledger.epoch = event.epoch;
  ledger.pending = [];
  ledger.staleUpTo = ledger.lastCall;
  if (event.type !== "run" || event.status !== "configured") ledger.clients = {};
  for (const client of Object.values(ledger.clients)) {
    for (const entry of client.entries) entry.sure = 0;
    client.sure = 0;
  }
}

function bookResult(ledger: Ledger, event: EventOf<"result">): Admitted | null {
  const stale = event.action <= ledger.staleUpTo;
  const take = takeOf(event);
  const decided = decidedSpan(event);
  if (!take || !decided) {
    const sentUs = ledger.open[event.action];
    const { client, cost } = event.body;
    if (event.name === "take" && sentUs !== undefined)
      enter(ledger, String(client), { loUs: sentUs, hiUs: event.atUs, sure: 0, possible: Number(cost ?? 1) });
    return null;
  }
  const [loUs, hiUs] = decided;
  if (take.allowed) {
    const sure = stale ? 0 : take.cost;
    const entered = enter(ledger, take.client, { loUs, hiUs, sure, possible: take.cost });
    return stale ? null : { kind: "admitted", take, seq: event.seq, ...entered, loUs, hiUs };
  }
  const limit = limitOf(event);
  if (stale || limit === null || ledger.pending.length >= MAX_PENDING) return null;
  ledger.pending.push({ take, seq: event.seq, loUs, hiUs, limit, after: ledger.lastCall });
  return null;
}

/** Parameters may change at any time: the answer itself says which limit it was decided by. */
function limitOf({ value }: EventOf<"result">): number | null {
  const limit = typeof value === "object" && value !== null && !Array.isArray(value) ? value.limit : null;
  return typeof limit === "number" ? limit : null;
}

function enter(ledger: Ledger, name: string, entry: Entry): Pick<Admitted, "units" | "fromUs" | "toUs"> {
  const client = clientOf(ledger, name);
  const { entries } = client;
  entry.hiUs = Math.max(entry.hiUs, entries.at(-1)?.hiUs ?? 0);
  for (let i = entries.length - 1; i >= 0; i--) {
    const earlier = entries[i];
    if (!earlier || earlier.loUs <= entry.loUs) break;
    earlier.loUs = entry.loUs;
  }
  entries.push(entry);
  client.sure += entry.sure;
  while (entry.hiUs - (entries[client.head]?.loUs ?? 0) >= ledger.windowUs && client.head < entries.length - 1) {
    client.sure -= entries[client.head]?.sure ?? 0;
    client.head += 1;
  }
  // Now and then only: to move a long list for each take would cost more than the take.
  if (entries.length % FORGET_EVERY === 0) forget(ledger, client, entry.loUs);
  if (client.entries.length > MAX_ENTRIES) merge(client);
  return { units: client.sure, fromUs: client.entries[client.head]?.loUs ?? entry.loUs, toUs: entry.hiUs };
}

/** Drops what can lie in no window any more, that of a denial which is still to come included. */
function forget(ledger: Ledger, client: Client, newestUs: number): void {
  const starts = [newestUs, ...Object.values(ledger.open), ...ledger.pending.map(({ loUs }) => loUs)];
  const sinceUs = starts.reduce((least, atUs) => Math.min(least, atUs)) - ledger.windowUs;
  let old = 0;
  while (old < client.head && (client.entries[old]?.hiUs ?? 0) <= sinceUs) old += 1;
  client.entries.splice(0, old);
  client.head -= old;
}

function merge(client: Client): void {
  const merged: Entry[] = [];
  for (let i = 0; i < client.entries.length; i += 2) {
    const [a, b] = [client.entries[i], client.entries[i + 1]];
    if (!a) continue;
    merged.push(b ? { ...a, hiUs: b.hiUs, sure: a.sure + b.sure, possible: a.possible + b.possible } : a);
  }
  client.entries = merged;
  client.head = Math.ceil(client.head / 2);
  client.sure = merged.slice(client.head).reduce((sum, { sure }) => sum + sure, 0);
}

/** Denials that wait for nobody any more. */
function due(ledger: Ledger): Denied[] {
  const ready = ledger.pending.filter(({ after }) => after < ledger.minOpen);
  if (ready.length === 0) return [];
  ledger.pending = ledger.pending.filter(({ after }) => after >= ledger.minOpen);
  return ready.map(({ take, seq, loUs, hiUs, limit }) => {
    const { entries } = clientOf(ledger, take.client);
    let atMost = 0;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      // Enough is enough: a denial that was right need not be counted to its end.
      if (!entry || entry.hiUs <= loUs - ledger.windowUs || atMost + take.cost > limit) break;
      if (entry.loUs <= hiUs) atMost += entry.possible;
    }
    return { kind: "denied", take, seq, atMost, limit, hiUs };
  });
}

function clientOf(ledger: Ledger, name: string): Client {
  const known = Object.hasOwn(ledger.clients, name) ? ledger.clients[name] : undefined;
  if (known) return known;
  const names = Object.keys(ledger.clients);
  if (names.length >= MAX_CLIENTS) for (const old of names.slice(0, MAX_CLIENTS / 2)) delete ledger.clients[old];
  const client: Client = { entries: [], head: 0, sure: 0 };
  ledger.clients[name] = client;
  return client;
}
