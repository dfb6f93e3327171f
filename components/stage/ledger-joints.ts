/** How the entries of neighbouring places of a ledger are joined. */
import type { LedgerEntry, LedgerPlace } from "@/lib/contract";

/** A line from one entry to the same one in the next place. Rows count from 0. */
export interface Joint {
  id: number;
  actor: string;
  /** Index of the place at the left. */
  place: number;
  from: number;
  to: number;
  /** It crosses another one: the two places were written in different orders. */
  crosses: boolean;
  /** One of its ends was refused. */
  refused: boolean;
}

export function jointsOf(places: readonly Pick<LedgerPlace, "entries">[]): Joint[] {
  return places.flatMap(({ entries }, place) => {
    const next = places[place + 1]?.entries ?? [];
    const joints = entries.flatMap((entry, from) => {
      const to = next.findIndex(({ id }) => id === entry.id);
      const other = next[to];
      return other ? [{ id: entry.id, actor: entry.actor, place, from, to, refused: isRefused(entry, other) }] : [];
    });
    return joints.map((joint) => ({
      ...joint,
      crosses: joints.some((other) => (other.from - joint.from) * (other.to - joint.to) < 0),
    }));
  });
}

const isRefused = (a: LedgerEntry, b: LedgerEntry) => a.outcome === "no" || b.outcome === "no";

/** "same", "differs from PostgreSQL": what a cell is beside its text, for those who do not see it. */
export function cellText(cell: { text: string | null; flag: string; note?: string }, first: string): string {
  const flag = cell.flag === "differs" ? `differs from ${first}` : cell.text === null ? "not there" : "";
  return [cell.text ?? "", cell.note ?? "", flag].filter(Boolean).join(", ");
}
