/** Where the dots of a flow stand: each lane a row, each place a field of slots; a dot keeps its slot as long as it stands there. */
import type { FlowDot, FlowLane } from "@/lib/contract";

export interface FlowField {
  /** px, left edge and width of each place's field. */
  cache: { x: number; width: number };
  database: { x: number; width: number };
  /** Of a lane. */
  rowPx: number;
  /** From dot to dot where there is room. */
  pitchPx: number;
}

interface Place {
  lane: number;
  at: FlowDot["at"];
  slot: number;
}

export class Slots {
  private readonly places = new Map<number, Place>();

  /** Gives every dot its slot: who was there keeps it, who is new takes the first that is free. */
  settle(lanes: readonly FlowLane[]): ReadonlyMap<number, Place> {
    const here = new Set<number>();
    const taken = lanes.map(() => ({ cache: new Set<number>(), database: new Set<number>() }));
    lanes.forEach(({ dots }, lane) => {
      for (const { id, at } of dots) {
        here.add(id);
        const place = this.places.get(id);
        if (place?.lane === lane && place.at === at) taken[lane]?.[at].add(place.slot);
        else this.places.delete(id);
      }
    });
    for (const id of this.places.keys()) if (!here.has(id)) this.places.delete(id);
    lanes.forEach(({ dots }, lane) => {
      const next = { cache: 0, database: 0 };
      for (const { id, at } of dots) {
        if (this.places.has(id)) continue;
        while (taken[lane]?.[at].has(next[at])) next[at] += 1;
        this.places.set(id, { lane, at, slot: next[at]++ });
      }
    });
    return this.places;
  }
}

/** How the slots of a field are arranged: top to bottom, then to the right; closer together where they would not fit. */
export function slotGrid(
  slots: number,
  width: number,
  rowPx: number,
  pitchPx: number,
): { pitch: number; rows: number } {
  for (let pitch = pitchPx; pitch > 1; pitch -= 0.5) {
    const rows = Math.max(1, Math.floor(rowPx / pitch));
    if (rows * Math.floor(width / pitch) >= slots) return { pitch, rows };
  }
  return { pitch: Math.max(0.1, width / Math.max(1, slots)), rows: 1 };
}

/** The middle of every dot, px, and the distance of neighbours. */
export function spots(
  places: ReadonlyMap<number, Place>,
  field: FlowField,
): { spots: Map<number, { x: number; y: number }>; pitch: number } {
  const most = { cache: 0, database: 0 };
  for (const { at, slot } of places.values()) most[at] = Math.max(most[at], slot + 1);
  const width = Math.min(field.cache.width, field.database.width);
  // One distance for both places: how much there is can be compared by eye.
  const { pitch, rows } = slotGrid(Math.max(most.cache, most.database), width, field.rowPx, field.pitchPx);
  const found = new Map<number, { x: number; y: number }>();
  for (const [id, { lane, at, slot }] of places) {
    const [row, column] = [slot % rows, Math.floor(slot / rows)];
    found.set(id, {
      x: field[at].x + (column + 0.5) * pitch,
      y: (lane + 0.5) * field.rowPx + (row - (rows - 1) / 2) * pitch,
    });
  }
  return { spots: found, pitch };
}
