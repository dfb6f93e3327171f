/** Where the parts of the board lie: actors over and under Redis, a column for each step, room at the end for who goes next. */
import type { Board, BoardStep } from "./board";

const LANE = 60;
const REDIS = 64;
const START = 52;
/** Where it is asked who goes next. */
const NEXT = 104;
const COLUMN = { least: 104, most: 190 };
/** The newest step is the one that is read: its column is never narrower. */
const NEWEST = 200;
/** Of Geist Mono, per px of font size. */
const MONO_WIDTH = 0.602;

export interface BoardLayout {
  widthPx: number;
  heightPx: number;
  columnPx: number;
  /** Line of each actor's lane, from the top. */
  laneY: ReadonlyMap<string, number>;
  /** Actors whose lane lies under Redis: their words stand below the line. */
  below: ReadonlySet<string>;
  redisY: number;
  playheadX: number;
  x(step: number): number;
}

/**
 * @param taken steps up to the playhead
 * @param later steps after it, of an order that is looked back at
 */
export function boardLayout(
  actors: readonly string[],
  { taken, later }: { taken: number; later: number },
  roomPx: number,
  scale: number,
): BoardLayout {
  const over = Math.ceil(actors.length / 2);
  const start = START * scale;
  const next = NEXT * scale;
  const newest = taken > 0 ? Math.min(NEWEST * scale, roomPx - start - next) : 0;
  const fair = (roomPx - start - next - newest) / Math.max(4, taken + later - 1);
  const columnPx = Math.round(Math.min(COLUMN.most * scale, Math.max(COLUMN.least * scale, fair)));
  const laneY = new Map<string, number>();
  actors.forEach((actor, i) => {
    laneY.set(actor, i < over ? (i + 0.8) * LANE * scale : (i + 0.2) * LANE * scale + REDIS * scale);
  });
  const more = Math.max(0, newest - columnPx);
  const x = (step: number) => start + step * columnPx + (step >= taken ? more : 0);
  return {
    widthPx: Math.max(roomPx, x(taken + later) + next),
    heightPx: (actors.length * LANE + REDIS) * scale,
    columnPx,
    laneY,
    below: new Set(actors.slice(over)),
    redisY: (over * LANE + 0.42 * REDIS) * scale,
    playheadX: x(taken) - 26 * scale,
    x,
  };
}

/** px from a step to the next one whose words stand in the same row, or to the playhead. */
export function roomAfter(
  index: number,
  steps: readonly BoardStep[],
  sameRow: (step: BoardStep) => boolean,
  layout: BoardLayout,
): number {
  const next = steps.findIndex((step, i) => i > index && sameRow(step));
  return (next < 0 ? layout.playheadX : layout.x(next)) - layout.x(index);
}

/** As much of a text as fits. */
export function cutMono(text: string, roomPx: number, fontPx: number): string {
  const fits = Math.max(4, Math.floor((roomPx - 10) / (fontPx * MONO_WIDTH)));
  return text.length <= fits ? text : `${text.slice(0, fits - 1).trimEnd()}…`;
}

/** After which step a lane ends, because its actor is done or dead; null while it lives. */
export function endOf(actor: string, { gate, steps }: Pick<Board, "gate" | "steps">): number | null {
  const status = gate.find((view) => view.actor === actor)?.status;
  if (status !== "done" && status !== "crashed") return null;
  return steps.findLastIndex((step) => step.actor === actor || step.results.some((result) => result.actor === actor));
}
