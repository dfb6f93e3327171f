/** Which actor's commands are drawn at which height of the track. Few actors get broad lanes, many get thin ones. */
const MAX_LANES = 8;
const BROADEST_PX = 11;

export interface Lane {
  /** One, or in the last lane all that found no lane of their own. */
  actors: string[];
  /** Middle, and half the length of a mark, px. */
  y: number;
  half: number;
}

/** @param actors in the order of their first appearance */
export function planLanes(actors: readonly string[], topPx: number, bottomPx: number): Lane[] {
  const count = Math.min(MAX_LANES, actors.length);
  if (count === 0) return [];
  const pitch = Math.min(BROADEST_PX, (bottomPx - topPx) / count);
  const first = (topPx + bottomPx - count * pitch) / 2;
  return Array.from({ length: count }, (_, i) => ({
    actors: i === MAX_LANES - 1 ? actors.slice(i) : [actors[i] as string],
    y: first + (i + 0.5) * pitch,
    half: Math.max(1.2, pitch / 2 - 1),
  }));
}
