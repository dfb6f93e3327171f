/** Heights of the rows of a comparison's picture, px: React lays out the words by them, the canvas what is between. */

export interface Geometry {
  /** Of the plot: from the first moment in sight to the last. */
  width: number;
  height: number;
  /** Canvas beyond the plot at either end, so that no mark is cut there. */
  margin: number;
  scale: number;
  /** The row of arrivals: bars stand on its lower edge. */
  arrivals: { top: number; bottom: number };
  lanesTop: number;
  lanes: readonly { top: number; middle: number; half: number }[];
  laneHeight: number;
  /** Over each lane, for its words, where there is no room beside it. */
  headHeight: number;
  disagreements: { top: number; bottom: number };
  /** Where lines through all lanes are drawn: they leave out words that stand over a lane. */
  columns: readonly { top: number; bottom: number }[];
  axisTop: number;
}

const ARRIVALS_PX = 46;
const DISAGREEMENTS_PX = 30;
const AXIS_PX = 26;
const HEAD_PX = 26;
/** Between two lanes, and to the rows around them. */
const GAP_PX = 9;
const MARGIN_PX = 10;
const LEAST_LANE_PX = 66;

interface Room {
  width: number;
  height: number;
  limiters: number;
  scale: number;
  /** The words stand over the lanes. */
  narrow: boolean;
}

const around = ({ scale, limiters, narrow }: Omit<Room, "width" | "height">) =>
  (ARRIVALS_PX + DISAGREEMENTS_PX + AXIS_PX + (narrow ? HEAD_PX * (limiters + 2) : 0)) * scale;

/** Lower than this a picture of so many limiters cannot be read. */
export function leastHeight(room: Omit<Room, "width" | "height">): number {
  return Math.ceil(around(room) + room.limiters * LEAST_LANE_PX * room.scale);
}

export function geometryOf(room: Room): Geometry {
  const { width, height, limiters, scale, narrow } = room;
  const headHeight = narrow ? HEAD_PX * scale : 0;
  const lanesHeight = Math.max(0, height - around(room)) + headHeight * limiters;
  const laneHeight = Math.floor(lanesHeight / Math.max(1, limiters));
  const lanesTop = ARRIVALS_PX * scale + headHeight;
  const half = (laneHeight - headHeight - GAP_PX * scale) / 2;
  const lanes = Array.from({ length: limiters }, (_, i) => {
    const top = lanesTop + i * laneHeight;
    return { top, middle: Math.round(top + headHeight + (laneHeight - headHeight) / 2), half };
  });
  const bottom = lanesTop + limiters * laneHeight;
  const disagreements = { top: bottom + headHeight, bottom: bottom + headHeight + DISAGREEMENTS_PX * scale };
  const columns =
    headHeight === 0
      ? [{ top: lanesTop, bottom: disagreements.bottom }]
      : [...lanes.map(({ top }) => ({ top: top + headHeight, bottom: top + laneHeight })), disagreements];
  return {
    width,
    height,
    margin: MARGIN_PX * scale,
    scale,
    arrivals: { top: headHeight + 4 * scale, bottom: lanesTop - 8 * scale },
    lanesTop,
    lanes,
    laneHeight,
    headHeight,
    disagreements,
    columns,
    axisTop: disagreements.bottom,
  };
}
