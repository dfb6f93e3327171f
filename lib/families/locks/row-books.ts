/**
 * The books of the protected rows, folded from what was asked of the table `accounts` and what it answered. A statement that
 * sets the balance is a write, any other one a read. Values: the resource, then (of a write) the balance, then (where the
 * variant has one) the fencing token. Browser-safe, JSON, bounded.
 */

import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../bounded";
import { byCall, leaseEndOf, rankOf, type Tenure, type Tenures } from "./tenures";

export interface Row {
  resource: string;
  /** What it stood at when the books were opened; null until it has been seen. */
  start: number | null;
  balance: number | null;
  /** What the last observation said, if nothing was written since. */
  seen: number | null;
  accepted: number;
  acceptedSum: number;
  rejected: number;
  /** Sum of the increments that were sent and got no answer. */
  unknown: number;
  /** Accepted after the writer's lease was over. */
  late: number;
  /** The highest token that it has seen, at a read or a write, and whose that was. */
  highest: number;
  highestOwner: string;
  /** Accepted increments that were missing when it was last at rest. */
  lost: number;
  /** Increments that an owner overwrote itself, with two writes at once under one token: no lock is against that. */
  own: number;
  /** Who wrote last. */
  lastOwner: string;
  lastRank: number | null;
}

/** One call on a row. */
interface Section {
  owner: string;
  resource: string;
  rank: number | null;
  /** What the call has read. */
  read: number | null;
  /** Number of the tenure under which it works, if one is known. */
  tenure: number | null;
}

/** A statement on its way. */
interface Asked {
  action: number;
  resource: string;
  write: boolean;
  /** Of a write. */
  balance: number;
  fenced: boolean;
}

/** One thing that the row has let through or turned away. */
export interface Step {
  seq: number;
  atUs: number;
  owner: string;
  resource: string;
  kind: "read" | "write";
  accepted: boolean;
  rank: number | null;
  /** After its lease was over. */
  late: boolean;
  /** Though a higher token had been seen: whose, and which. */
  outranked: { owner: string; rank: number } | null;
  balance: number | null;
}

export interface RowBooks {
  rows: Record<string, Row>;
  sections: Record<number, Section>;
  asked: Record<number, Asked>;
}

const TABLE = "accounts";
const ABOUT = /\baccounts\b/;
const MAX_ROWS = 64;
const MAX_OPEN = 2000;
/** Refused before it came to the database. */
const NEVER_SENT = /fault fail-database/;

export const noRowBooks = (): RowBooks => ({ rows: {}, sections: {}, asked: {} });

const newRow = (resource: string): Row => ({
  resource,
  start: null,
  balance: null,
  seen: null,
  accepted: 0,
  acceptedSum: 0,
  rejected: 0,
  unknown: 0,
  late: 0,
  highest: 0,
  highestOwner: "",
  lost: 0,
  own: 0,
  lastOwner: "",
  lastRank: null,
});

/** @returns what a row has decided, if this event tells so */
export function bookRow(books: RowBooks, tenures: Tenures, event: RunEvent): Step | null {
  switch (event.type) {
    case "query":
      ask(books, tenures, event);
      return null;
    case "rows":
      return answer(books, tenures, event);
    case "observation":
      for (const { table, rows } of event.tables ?? []) if (table === TABLE) for (const row of rows) see(books, row);
      return null;
    case "result":
      delete books.sections[event.action];
      return null;
    default:
      return null;
  }
}

function rowOf({ rows }: RowBooks, resource: string): Row {
  const known = Object.hasOwn(rows, resource) ? rows[resource] : undefined;
  if (known) return known;
  const [oldest] = Object.keys(rows);
  if (oldest !== undefined && Object.keys(rows).length >= MAX_ROWS) delete rows[oldest];
  const row = newRow(resource);
  rows[resource] = row;
  return row;
}

function ask(books: RowBooks, tenures: Tenures, { seq, actor, action, sql, values }: EventOf<"query">): void {
  const [resource, ...rest] = values;
  if (action === null || typeof resource !== "string" || !ABOUT.test(sql)) return;
  makeRoom(books.sections, seq, MAX_OPEN);
  makeRoom(books.asked, seq, MAX_OPEN);
  const write = /\bbalance\s*=|\(resource, balance\b/i.test(sql);
  const balance = write ? Number(rest.shift()) : 0;
  const [fence] = rest;
  const fenced = typeof fence === "number";
  const tenure = byCall(tenures, action, actor, resource);
  const rank = fenced ? fence : tenure ? rankOf(tenure) : null;
  const section = books.sections[action] ?? { owner: actor, resource, rank, read: null, tenure: tenure?.n ?? null };
  section.rank = rank;
  books.sections[action] = section;
  books.asked[seq] = { action, resource, write, balance, fenced };
}

function answer(books: RowBooks, tenures: Tenures, event: EventOf<"rows">): Step | null {
  const asked = books.asked[event.ref];
  const section = asked && books.sections[asked.action];
  delete books.asked[event.ref];
  if (!asked || !section) return null;
  const row = rowOf(books, section.resource);
  row.seen = null;
  if (event.error !== undefined) {
    if (asked.write && !NEVER_SENT.test(event.error)) row.unknown += asked.balance - (section.read ?? asked.balance);
    return null;
  }
  const [first] = event.rows ?? [];
  const accepted = asked.write || asked.fenced ? (event.count ?? 0) > 0 : true;
  if (!asked.write) noteRead(row, section, first, accepted);
  // A read that shows no token is let in by nobody: there is nothing to accept.
  const outranked =
    accepted && (asked.write || asked.fenced) && section.rank !== null && section.rank < row.highest
      ? { owner: row.highestOwner, rank: row.highest }
      : null;
  if (accepted && section.rank !== null && section.rank >= row.highest) {
    row.highest = section.rank;
    row.highestOwner = section.owner;
  }
  const tenure = tenures.list.find(({ n }) => n === section.tenure);
  const late = isLate(tenure, event);
  if (asked.write && accepted) noteWrite(row, section, asked.balance, late);
  if (!accepted) row.rejected += 1;
  // What is missing while another statement is on its way may be in that one's answer.
  if (!Object.values(books.asked).some(({ resource }) => resource === section.resource)) row.lost = missingIn(row);
  return {
    seq: event.seq,
    atUs: event.atUs,
    owner: section.owner,
    resource: section.resource,
    kind: asked.write ? "write" : "read",
    accepted,
    rank: section.rank,
    late,
    outranked,
    balance: row.balance,
  };
}

function noteRead(row: Row, section: Section, first: Record<string, unknown> | undefined, accepted: boolean): void {
  if (!accepted) return;
  const balance = Number(first?.balance ?? 0);
  row.start ??= balance;
  row.balance = balance;
  section.read = balance;
}

function noteWrite(row: Row, { owner, rank, read }: Section, balance: number, late: boolean): void {
  row.accepted += 1;
  if (late) row.late += 1;
  if (read === null) {
    // It read before the books were opened: they open here.
    row.start = balance;
    row.acceptedSum = 0;
  } else {
    const overwritten = Math.max(0, (row.balance ?? read) - read);
    if (overwritten > 0 && rank !== null && rank === row.lastRank && owner === row.lastOwner) row.own += overwritten;
    row.acceptedSum += balance - read;
  }
  row.balance = balance;
  row.lastOwner = owner;
  row.lastRank = rank;
}

/** Certainly so: it went to the database after the lease was over. */
const isLate = (tenure: Tenure | undefined, { atUs, latencyUs }: EventOf<"rows">): boolean =>
  tenure !== undefined && atUs - latencyUs > leaseEndOf(tenure);

/** An observation may have been read before a write that stands ahead of it: it is believed when a second one says the same. */
function see(books: RowBooks, { resource, balance }: Record<string, unknown>): void {
  if (typeof resource !== "string") return;
  const row = rowOf(books, resource);
  const value = Number(balance);
  if (row.start === null) {
    row.start = value;
    row.balance = value;
  } else if (row.seen === value) row.balance = value;
  row.seen = value;
}

/** Accepted increments that are not in the balance, but for those that their own owner overwrote. */
const missingIn = ({ start, balance, acceptedSum, own }: Row): number =>
  start === null || balance === null ? 0 : Math.max(0, start + acceptedSum - own - balance);
