/**
 * The books that verdict and picture share: which updates were acknowledged when, and what each read after them returned.
 * Browser-safe, JSON, bounded.
 *
 * A read from a service's own copy sends no command, so nothing at Redis dates it. What is judged is the run's clock, which is
 * Redis' own: when the read's code began, against the moment at which the update's result stood in the trace. That is
 * never earlier than its acknowledgement, so a read is taken to be late only when it certainly is.
 */
import type { EventOf, RunEvent, WireValue } from "../../events";

const MAX_ROWS = 100;
const MAX_ACKS = 10;
const MAX_VIOLATIONS = 50;

export type Source = "local" | "cache" | "database";

/** A read's result, read. */
export interface Read {
  service: string;
  id: number;
  source: Source;
  username: string | null;
  version: number | null;
}

interface Ack {
  version: number;
  atUs: number;
}

export interface Late {
  /** How long after the acknowledgement the read began, µs. */
  byUs: number;
  /** The version that it should have returned at the least. */
  version: number;
}

export interface Books {
  epoch: number;
  boundMs: number;
  reads: Record<Source, number>;
  updates: number;
  /** Reads that began later than the bound after an update of their row. */
  judged: number;
  /** Of these, those that returned an older row; and those that did so within the bound. */
  stale: number;
  olderWithin: number;
  /** How long after an update an older row was still returned, at the longest, µs. */
  longestUs: number;
  /** Rows that came to be stored after an update, and were refused. */
  refused: number;
  /** Fills on their way: seq of the command. */
  fills: number[];
  /** By row, oldest first. */
  acks: Record<string, Ack[]>;
  violations: { seq: number; text: string }[];
  faults: string[];
}

export const emptyBooks = (boundMs: number, epoch = 0): Books => ({
  epoch,
  boundMs,
  reads: { local: 0, cache: 0, database: 0 },
  updates: 0,
  judged: 0,
  stale: 0,
  olderWithin: 0,
  longestUs: 0,
  refused: 0,
  fills: [],
  acks: {},
  violations: [],
  faults: [],
});

/** Books one event. @returns the books to go on with */
export function book(books: Books, event: RunEvent): Books {
  switch (event.type) {
    case "run": {
      const { staleBoundMs } = event.params;
      const boundMs = typeof staleBoundMs === "number" ? staleBoundMs : books.boundMs;
      return event.epoch === books.epoch ? { ...books, boundMs } : emptyBooks(boundMs, event.epoch);
    }
    case "command":
      if (event.script?.startsWith("fill-")) books.fills.push(event.seq);
      break;
    case "reply":
      bookFill(books, event);
      break;
    case "result":
      bookUpdate(books, event);
      bookRead(books, event);
      break;
    case "fault":
      if (books.faults.length < 5) books.faults.push(event.text.replace(/[.\s]+$/, ""));
  }
  return books;
}

/** @returns null when it is no read, or one that failed */
export function readOf({ name, actor, body, value }: EventOf<"result">): Read | null {
  if (name !== "read" || !isRecord(value) || !isSource(value.source)) return null;
  const { value: user, version } = value;
  return {
    service: actor,
    id: Number(body.id),
    source: value.source,
    username: isRecord(user) && typeof user.username === "string" ? user.username : null,
    version: typeof version === "number" ? version : null,
  };
}

/** How late a read is that returned an older row than it may; null when it is not. */
export function lateness({ acks, boundMs }: Books, { id, version }: Read, startedUs: number): Late | null {
  if (version === null) return null;
  const due = acks[id]?.findLast((ack) => ack.atUs + boundMs * 1000 < startedUs);
  if (!due || version >= due.version) return null;
  return { byUs: startedUs - due.atUs, version: due.version };
}

/** "from its own copy". */
export const SOURCE_WORDS: Record<Source, string> = {
  local: "from its own copy",
  cache: "from the shared copy",
  database: "from the database",
};

/** "own copy". */
export const SOURCE_NAMES: Record<Source, string> = { local: "own copy", cache: "shared copy", database: "database" };

export const secondsText = (us: number): string =>
  us < 1e6 ? `${Math.round(us / 1000)} ms` : `${Number((us / 1e6).toFixed(us < 10e6 ? 2 : 1))} s`;

function bookFill(books: Books, { ref, value }: EventOf<"reply">): void {
  const at = books.fills.indexOf(ref);
  if (at < 0) return;
  books.fills.splice(at, 1);
  if (value === 0) books.refused += 1;
}

function bookUpdate(books: Books, { name, body, value, atUs }: EventOf<"result">): void {
  if (name !== "update" || !isRecord(value) || typeof value.version !== "number") return;
  const row = String(body.id);
  if (!books.acks[row] && Object.keys(books.acks).length >= MAX_ROWS) return;
  books.updates += 1;
  const acks = books.acks[row] ?? [];
  books.acks[row] = acks;
  // Of two updates at once the later row may be acknowledged first: then nothing is due that was not.
  if (value.version <= (acks.at(-1)?.version ?? 0)) return;
  acks.push({ version: value.version, atUs });
  // The oldest goes: whatever it makes due, the next one does from a moment later on.
  if (acks.length > MAX_ACKS) acks.shift();
}

function bookRead(books: Books, event: EventOf<"result">): void {
  const read = readOf(event);
  const { startedUs } = event;
  if (!read || startedUs === undefined) return;
  books.reads[read.source] += 1;
  const { version } = read;
  const acks = books.acks[read.id] ?? [];
  if (acks.some(({ atUs }) => atUs + books.boundMs * 1000 < startedUs)) books.judged += 1;
  const outdated = acks.find((ack) => ack.atUs < startedUs && version !== null && version < ack.version);
  if (outdated) books.longestUs = Math.max(books.longestUs, startedUs - outdated.atUs);
  const late = lateness(books, read, startedUs);
  if (!late) {
    if (outdated) books.olderWithin += 1;
    return;
  }
  books.stale += 1;
  if (books.violations.length >= MAX_VIOLATIONS) return;
  books.violations.push({
    seq: event.seq,
    text: `${read.service} read version ${version} ${SOURCE_WORDS[read.source]} ${secondsText(late.byUs)} after version ${late.version} was acknowledged; at most ${secondsText(books.boundMs * 1000)} is allowed.`,
  });
}

export const isRecord = (value: WireValue | undefined): value is Record<string, WireValue> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSource = (value: WireValue | undefined): value is Source => typeof value === "string" && value in SOURCE_WORDS;
