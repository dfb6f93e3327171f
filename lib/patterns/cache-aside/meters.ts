/** What is measured along the way: hits, waits, queries, ends of TTLs, age of what was answered. JSON, bounded; times in µs. */
import type { EventOf, RunEvent } from "../../events";
import { isTrimTime, trim } from "../../families/bounded";
import { type Answered, answeredOf, isStored, loadedKey, stepOf, updatedId } from "./steps";

/** What happens within this is one moment to a database. */
const WINDOW_MS = 250;
const BIN_US = 10_000;
const WINDOW_BINS = (WINDOW_MS * 1000) / BIN_US;
const SECOND_BINS = 1_000_000 / BIN_US;
/** Bins of the ends of TTLs: five make a window. */
const END_BIN_US = 50_000;
const END_WINDOW_BINS = (WINDOW_MS * 1000) / END_BIN_US;
const MAX_KEYS = 1500;
const MAX_END_BINS = 4000;
const MAX_SENT = 6000;
const MAX_UPDATES = 20;

export interface Meters {
  hits: number;
  /** Reads that were answered from the database. */
  loads: number;
  failed: number;
  /** Reads by how long they took, ms to three digits. */
  took: Record<string, number>;
  /** SELECTs per bin, newest last; and how many of them for keys that had been in the cache before. */
  queries: [bin: number, selects: number, reloads: number][];
  /** Most of them within a window. */
  selectPeak: number;
  reloadPeak: number;
  /** When each key's time is over. */
  endsUs: Record<string, number>;
  endBins: Record<string, number>;
  /** Most keys whose time was to end within one window. */
  endPeak: number;
  /** By user: when which version was acknowledged. */
  updates: Record<string, [version: number, atUs: number][]>;
  stale: { reads: number; lastMs: number; mostMs: number };
  /** By `seq`: fills and updates on their way. */
  sent: Record<number, { key: string; ttlMs: number } | { id: number }>;
}

export const emptyMeters = (): Meters => ({
  hits: 0,
  loads: 0,
  failed: 0,
  took: {},
  queries: [],
  selectPeak: 0,
  reloadPeak: 0,
  endsUs: {},
  endBins: {},
  endPeak: 0,
  updates: {},
  stale: { reads: 0, lastMs: 0, mostMs: 0 },
  sent: {},
});

export function meter(meters: Meters, event: RunEvent): void {
  if (isTrimTime(event.seq)) {
    trim(meters.sent, MAX_SENT);
    trim(meters.updates, MAX_KEYS);
    trim(meters.endBins, MAX_END_BINS);
    trim(meters.endsUs, MAX_KEYS);
  }
  switch (event.type) {
    case "command": {
      const step = stepOf(event);
      if (step?.kind === "fill") meters.sent[event.seq] = { key: step.key, ttlMs: step.ttlMs };
      break;
    }
    case "query": {
      const id = updatedId(event);
      const key = loadedKey(event);
      if (id !== null) meters.sent[event.seq] = { id };
      else if (key !== null) countQuery(meters, event.atUs, Object.hasOwn(meters.endsUs, key));
      break;
    }
    case "reply": {
      const sent = meters.sent[event.ref];
      if (sent && "key" in sent && isStored(event)) setEnd(meters, sent.key, event.serverUs[1] + sent.ttlMs * 1000);
      delete meters.sent[event.ref];
      break;
    }
    case "rows":
      countUpdate(meters, event);
      break;
    case "key":
      if (event.event === "del" || event.event === "evicted") forgetEnd(meters, event.key);
      break;
    case "result":
      countRead(meters, event);
      break;
  }
}

export const readsOf = ({ hits, loads }: Meters): number => hits + loads;

/** 0 to 100; null before the first read. */
export function hitRateOf(meters: Meters): number | null {
  const reads = readsOf(meters);
  return reads ? Math.floor((1000 * meters.hits) / reads) / 10 : null;
}

/** SELECTs in the second before `nowUs`. */
export function perSecondAt({ queries }: Meters, nowUs: number): number {
  const bin = Math.floor(nowUs / BIN_US);
  return sumSince(queries, bin - SECOND_BINS + 1, bin)[0];
}

/** How long the slowest of so much of the reads took at least, ms; null before the first read. @param share 0 to 1 */
export function tookAtMost(meters: Meters, share: number): number | null {
  const sorted = Object.entries(meters.took).sort(([a], [b]) => Number(a) - Number(b));
  const wanted = Math.ceil(share * sorted.reduce((sum, [, count]) => sum + count, 0));
  let seen = 0;
  for (const [ms, count] of sorted) {
    seen += count;
    if (seen >= wanted) return Number(ms);
  }
  return null;
}

/** The keys that have time left at `nowUs`, by how much: in so many equal parts of `ofMs`. */
export function endsAfter({ endsUs }: Meters, nowUs: number, ofMs: number, parts: number): number[] {
  const counts = new Array<number>(parts).fill(0);
  for (const endUs of Object.values(endsUs)) {
    const part = Math.min(parts - 1, Math.floor((((endUs - nowUs) / 1000) * parts) / ofMs));
    if (endUs > nowUs) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

function countQuery(meters: Meters, atUs: number, isReload: boolean): void {
  const { queries } = meters;
  const bin = Math.floor(atUs / BIN_US);
  let last = queries.at(-1);
  if (last?.[0] !== bin) {
    last = [bin, 0, 0];
    queries.push(last);
  }
  last[1] += 1;
  last[2] += isReload ? 1 : 0;
  while ((queries[0]?.[0] ?? bin) <= bin - SECOND_BINS) queries.shift();
  const [selects, reloads] = sumSince(queries, bin - WINDOW_BINS + 1, bin);
  meters.selectPeak = Math.max(meters.selectPeak, selects);
  meters.reloadPeak = Math.max(meters.reloadPeak, reloads);
}

function sumSince(bins: Meters["queries"], from: number, to: number): [selects: number, reloads: number] {
  const sums: [number, number] = [0, 0];
  for (const [bin, selects, reloads] of bins) {
    if (bin < from || bin > to) continue;
    sums[0] += selects;
    sums[1] += reloads;
  }
  return sums;
}

function setEnd(meters: Meters, key: string, endUs: number): void {
  forgetEnd(meters, key);
  meters.endsUs[key] = endUs;
  const bin = Math.floor(endUs / END_BIN_US);
  meters.endBins[bin] = (meters.endBins[bin] ?? 0) + 1;
  for (let from = bin - END_WINDOW_BINS + 1; from <= bin; from++) {
    let sum = 0;
    for (let n = 0; n < END_WINDOW_BINS; n++) sum += meters.endBins[from + n] ?? 0;
    meters.endPeak = Math.max(meters.endPeak, sum);
  }
}

function forgetEnd(meters: Meters, key: string): void {
  const endUs = meters.endsUs[key];
  if (endUs === undefined) return;
  delete meters.endsUs[key];
  const bin = Math.floor(endUs / END_BIN_US);
  const left = (meters.endBins[bin] ?? 0) - 1;
  if (left > 0) meters.endBins[bin] = left;
  else delete meters.endBins[bin];
}

function countUpdate(meters: Meters, { ref, rows, atUs }: EventOf<"rows">): void {
  const sent = meters.sent[ref];
  delete meters.sent[ref];
  const version = rows?.[0]?.version;
  if (!sent || !("id" in sent) || typeof version !== "number") return;
  const updates = meters.updates[sent.id] ?? [];
  updates.push([version, atUs]);
  meters.updates[sent.id] = updates.slice(-MAX_UPDATES);
}

function countRead(meters: Meters, event: EventOf<"result">): void {
  const answered = answeredOf(event);
  if (!answered) {
    if (event.name === "read") meters.failed += 1;
    return;
  }
  if (answered.source === "cache") meters.hits += 1;
  else meters.loads += 1;
  const took = String(Number(answered.ms.toPrecision(3)));
  meters.took[took] = (meters.took[took] ?? 0) + 1;
  const ageMs = ageOf(meters, answered, event.decidedUs?.[0] ?? event.atUs);
  meters.stale.lastMs = ageMs;
  if (ageMs > 0) meters.stale.reads += 1;
  meters.stale.mostMs = Math.max(meters.stale.mostMs, ageMs);
}

/** How long the cached row that was answered had been out of date: since the first change that it does not show. */
function ageOf({ updates }: Meters, { id, source, version }: Answered, atUs: number): number {
  if (source !== "cache" || version === null) return 0;
  const missed = updates[id]?.find(([newer, ackedUs]) => newer > version && ackedUs < atUs);
  return missed ? Math.round((atUs - missed[1]) / 1000) : 0;
}
