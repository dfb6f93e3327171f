/** Groups of the stream: how far each has got, what its consumers have pending, and what it has lost. Browser-safe, JSON, bounded. */
import { countTo, entryAt, entryOf, isBefore, type Place, type Tape } from "./entries";

/** Pending entries that are followed one by one; of more only the number is. */
const MAX_PENDING = 512;
/** Acknowledged a moment ago: an answer that was on its way meanwhile does not bring them back. */
const JUST_ACKED = 64;
const NONE = "0-0";

export interface Pending {
  n: number;
  label: string;
  consumer: string;
  /** When Redis has delivered it last, µs. */
  atUs: number;
  deliveries: number;
  /** It has been done before: the group was set back. */
  again: boolean;
  /** It has idled too long, and that has been said. */
  late: boolean;
  /** Trimmed away meanwhile: whoever has it may finish it, nobody can take it over. */
  gone: boolean;
  /** Its XACK was sent by a process that died before the answer: done or not, the next look at what is pending tells. */
  unsure: boolean;
}
export interface Group {
  id: string;
  /** Last entry that was given out, by number. */
  cursor: number;
  /** The furthest that the cursor has been. */
  reached: number;
  /** Entries before the group that it will not be given, the last of them by its id. */
  skipped: number;
  skippedTo: string;
  /** What it was set back from: up to here entries are given out once more. */
  replayTo: string;
  acked: number;
  dead: number;
  lost: number;
  /** Deliveries after the first one, and those because it was set back. */
  redelivered: number;
  replayed: number;
  pending: Record<string, Pending>;
  pendingMore: number;
  justAcked: string[];
}

export const newGroup = (id: string, tape: Tape, fromNow: boolean): Group => {
  const skipped = fromNow ? tape.added - tape.trimmed : 0;
  const cursor = fromNow ? tape.added : tape.trimmed;
  for (let n = tape.trimmed + 1; n <= cursor; n++) {
    const entry = entryAt(tape, n);
    if (entry) entry.places[id] = { state: "skipped", consumer: null, deliveries: 0 };
    else n = Math.max(n, (tape.entries[0]?.n ?? cursor + 1) - 1);
  }
  return {
    id,
    cursor,
    reached: cursor,
    skipped,
    skippedTo: fromNow ? (tape.entries.at(-1)?.id ?? NONE) : NONE,
    replayTo: NONE,
    acked: 0,
    dead: 0,
    lost: 0,
    redelivered: 0,
    replayed: 0,
    pending: {},
    pendingMore: 0,
    justAcked: [],
  };
};

export const pendingOf = ({ pending }: Group, consumer?: string): [id: string, Pending][] =>
  Object.entries(pending).filter(([, one]) => consumer === undefined || one.consumer === consumer);

/** Neither acknowledged nor dead-lettered, skipped or lost: still to come, or under way. */
export function unfinished(group: Group, { added, trimmed }: Tape): number {
  const first = pendingOf(group).filter(([, { again }]) => !again).length;
  return Math.max(0, added - Math.max(group.reached, trimmed)) + first + group.pendingMore;
}

interface Delivery {
  consumer: string;
  atUs: number;
}

/** Given out with `>`. */
export function deliver(group: Group, tape: Tape, id: string, label: string, { consumer, atUs }: Delivery): void {
  const skipped = group.skipped > 0 && !isBefore(group.skippedTo, id);
  const again = !skipped && !isBefore(group.replayTo, id);
  if (skipped) group.skipped -= 1;
  if (again) group.replayed += 1;
  const n = numberOf(group, tape, id);
  group.cursor = Math.max(group.cursor, n);
  group.reached = Math.max(group.reached, n);
  group.justAcked = group.justAcked.filter((one) => one !== id);
  if (!group.pending[id] && Object.keys(group.pending).length >= MAX_PENDING) group.pendingMore += 1;
  else group.pending[id] = { n, label, consumer, atUs, deliveries: 1, again, late: false, gone: false, unsure: false };
  place(tape, group.id, id, { state: "pending", consumer, deliveries: 1 });
}

/** Of an entry that is too old to be known by its id it is the next one; 0 where the group has got further than that. */
function numberOf({ cursor }: Group, tape: Tape, id: string): number {
  const known = entryOf(tape, id)?.n;
  if (known !== undefined) return known;
  const next = Math.max(cursor, tape.trimmed) + 1;
  return next < (tape.entries[0]?.n ?? 1) ? next : 0;
}

/** Its cursor was set to this id. */
export function setBack(group: Group, tape: Tape, to: string): void {
  const reached = entryAt(tape, group.reached)?.id;
  if (reached !== undefined && isBefore(group.replayTo, reached)) group.replayTo = reached;
  group.cursor = to === "$" ? tape.added : (countTo(tape, to) ?? tape.trimmed);
}

/** Read once more by whoever had it, or taken over. */
export function redeliver(group: Group, tape: Tape, id: string, label: string, { consumer, atUs }: Delivery): void {
  if (group.justAcked.includes(id)) return;
  const known = group.pending[id];
  if (!known) group.pendingMore = Math.max(0, group.pendingMore - 1);
  const n = known?.n ?? entryOf(tape, id)?.n ?? 0;
  const deliveries = (known?.deliveries ?? 1) + 1;
  group.redelivered += 1;
  const { again = false, gone = false } = known ?? {};
  group.pending[id] = { n, label, consumer, atUs, deliveries, again, late: false, gone, unsure: false };
  place(tape, group.id, id, { state: "pending", consumer, deliveries });
}

/** @returns whether this group still waited for it */
export function settle(group: Group, tape: Tape, id: string, state: "acked" | "dead" | "lost"): Pending | null {
  const known = group.pending[id];
  if (!known) return null;
  delete group.pending[id];
  group.justAcked.push(id);
  if (group.justAcked.length > JUST_ACKED) group.justAcked.shift();
  if (!known.again) group[state] += 1;
  place(tape, group.id, id, { state, consumer: known.consumer, deliveries: known.deliveries });
  return known;
}

/** What was pending here is not any more: its XACK had arrived. @param isLookedAt whether it would have been found */
export function settleUnsure(group: Group, tape: Tape, isLookedAt: (pending: Pending, id: string) => boolean): void {
  for (const [id, one] of pendingOf(group)) if (one.unsure && isLookedAt(one, id)) settle(group, tape, id, "acked");
}

/** The first `to` entries are gone from the stream. @returns how many of them this group had not been given yet */
export function cut(group: Group, tape: Tape, from: number, to: number): number {
  const first = Math.max(group.reached, from) + 1;
  const lost = Math.max(0, to - first + 1);
  for (let n = Math.max(first, tape.entries[0]?.n ?? first); n <= to; n++) {
    const entry = entryAt(tape, n);
    if (entry) entry.places[group.id] = { state: "lost", consumer: null, deliveries: 0 };
  }
  group.lost += lost;
  group.reached = Math.max(group.reached, to);
  group.cursor = Math.max(group.cursor, to);
  for (const one of Object.values(group.pending)) if (one.n > 0 && one.n <= to) one.gone = true;
  return lost;
}

function place(tape: Tape, group: string, id: string, as: Place): void {
  const entry = entryOf(tape, id);
  if (entry) entry.places[group] = as;
}
