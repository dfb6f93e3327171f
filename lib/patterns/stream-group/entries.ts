/** The latest entries of the stream, and what has become of each in each group. Browser-safe, JSON, bounded. */

/** So many of the latest entries are known by their id; what is drawn are the last of these. */
const FOLLOWED = 128;
export const SHOWN = 48;
const MAX_LABEL = 14;

/** How an entry stands in a group that has been given it, or never will be. */
export interface Place {
  state: "pending" | "acked" | "dead" | "skipped" | "lost";
  /** Who has or had it; null for nobody. */
  consumer: string | null;
  deliveries: number;
}
export interface TapeEntryState {
  /** From 1, in the order of the stream. */
  n: number;
  id: string;
  label: string;
  type: string;
  producer: string;
  /** By group. Absent: not given out yet. */
  places: Record<string, Place>;
}
export interface Tape {
  added: number;
  /** So many of the first are gone from the stream. */
  trimmed: number;
  entries: TapeEntryState[];
}

export const emptyTape = (): Tape => ({ added: 0, trimmed: 0, entries: [] });

export function append(tape: Tape, entry: Pick<TapeEntryState, "id" | "label" | "type" | "producer">): void {
  tape.added += 1;
  tape.entries.push({ n: tape.added, ...entry, places: {} });
  if (tape.entries.length > FOLLOWED) tape.entries.shift();
}

export function entryOf({ entries }: Tape, id: string): TapeEntryState | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(entries[middle]?.id ?? id, id)) low = middle + 1;
    else high = middle;
  }
  return entries[low]?.id === id ? entries[low] : undefined;
}

export const entryAt = ({ entries }: Tape, n: number): TapeEntryState | undefined => entries[n - (entries[0]?.n ?? n)];

/** How many entries there are up to this id, itself included; null when it lies before all that is known by id. */
export function countTo({ entries, added }: Tape, id: string): number | null {
  const after = entries.find((entry) => isBefore(id, entry.id));
  if (!after) return added;
  return after === entries[0] && after.n > 1 ? null : after.n - 1;
}

export function isBefore(id: string, other: string): boolean {
  const [ms = 0, n = 0] = id.split("-").map(Number);
  const [otherMs = 0, otherN = 0] = other.split("-").map(Number);
  return ms === otherMs ? n < otherN : ms < otherMs;
}

export const labelOf = (payload: string): string =>
  payload.length > MAX_LABEL ? `${payload.slice(0, MAX_LABEL - 1)}…` : payload;
