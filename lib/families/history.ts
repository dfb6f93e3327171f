/** Bounded, coalesced histories for lanes and series: the last seconds, whatever the traffic. Times in µs. */
import type { LaneMark } from "../contract";

export type Mark = LaneMark;
export interface Point {
  atUs: number;
  value: number;
}

const KEPT_US = 14_000_000;
const MAX_KEPT = 300;
/** Things closer than this are one thing on the screen; twice as coarse once there are many. */
const COALESCE_US = 50_000;
const MANY = 150;
/** How far back a mark looks for one of its outcome: different outcomes alternate under load. */
const LOOK_BACK = 4;

/** Adds a mark, or counts it into the one of the same outcome that stands at about its place. The newest text stays. */
export function addMark(marks: Mark[], mark: Mark): void {
  const nearUs = marks.length > MANY ? 2 * COALESCE_US : COALESCE_US;
  for (let i = marks.length - 1; i >= Math.max(0, marks.length - LOOK_BACK); i--) {
    const last = marks[i];
    if (last?.outcome !== mark.outcome || mark.outcome === "redis" || Math.abs(mark.atUs - last.atUs) > nearUs)
      continue;
    last.count += mark.count;
    last.text = mark.text;
    return;
  }
  marks.push(mark);
  trim(marks);
}

/**
 * Adds a step of a level that holds between its points.
 * @param before the level until now: drawn up to the step
 */
export function addPoint(points: Point[], point: Point, before: number): void {
  const last = points.at(-1);
  const nearUs = points.length > MANY ? 2 * COALESCE_US : COALESCE_US;
  if (last && point.atUs - last.atUs <= nearUs) {
    last.value = point.value;
    return;
  }
  points.push({ atUs: point.atUs - 1, value: before }, point);
  trim(points);
}

function trim(items: { atUs: number }[]): void {
  const newestUs = items.at(-1)?.atUs ?? 0;
  let old = Math.max(0, items.length - MAX_KEPT);
  // One point older than the window stays: the level at the window's left edge.
  while (old + 1 < items.length && (items[old + 1]?.atUs ?? newestUs) < newestUs - KEPT_US) old += 1;
  if (old > 0) items.splice(0, old);
}
