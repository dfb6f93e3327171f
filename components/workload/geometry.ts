/** Where the parts of the stage stand, px. All charts share one axis of time. */

interface Room {
  width: number;
  height: number;
  /** 1; larger on a projector. */
  scale: number;
  /** How many charts stand one under the other. */
  charts: number;
}

export interface Chart {
  scale: number;
  /** Of one chart, its axis of levels included and without that of time. */
  width: number;
  height: number;
  /** Beyond the lines: for what is written over them, and for half a mark. */
  top: number;
  right: number;
  /** For half of the lowest level's label. */
  bottom: number;
  levelWidth: number;
  timeHeight: number;
  plotWidth: number;
  plotHeight: number;
}

export interface Geometry {
  /** The words beside the charts stand over them. */
  narrow: boolean;
  /** Room for those words. */
  left: number;
  titleHeight: number;
  /** Room for the values at the lines' ends. */
  ends: number;
  chart: Chart;
}

/** Less than this beside the words, and they stand over the charts. */
const LEAST_PLOT = 420;
const LEFT = 158;
const TIME = 24;
const TITLE = 22;
const LEAST_CHART = { beside: 92, under: 110 };

const sizes = (width: number, scale: number) => {
  const narrow = width < (LEFT + LEAST_PLOT + 136) * scale;
  return { narrow, title: narrow ? TITLE * scale : 0 };
};

/** What the charts need, whatever the window. */
export function leastHeight({ width, scale, charts }: Omit<Room, "height">): number {
  const { narrow, title } = sizes(width, scale);
  return charts * (LEAST_CHART[narrow ? "under" : "beside"] * scale + title) + TIME * scale;
}

export function geometryOf({ width, height, scale, charts }: Room): Geometry {
  const { narrow, title } = sizes(width, scale);
  const left = narrow ? 0 : LEFT * scale;
  const ends = (narrow ? 66 : 76) * scale;
  const levelWidth = (narrow ? 48 : 60) * scale;
  const [top, right, bottom, timeHeight] = [20 * scale, 8 * scale, 8 * scale, TIME * scale];
  const chart = {
    scale,
    width: Math.max(0, width - left - ends),
    height: Math.max(0, (height - timeHeight) / charts - title),
    top,
    right,
    bottom,
    levelWidth,
    timeHeight,
  };
  return {
    narrow,
    left,
    titleHeight: title,
    ends,
    chart: {
      ...chart,
      plotWidth: Math.max(0, chart.width - levelWidth - right),
      plotHeight: Math.max(0, chart.height - top - bottom),
    },
  };
}

/** From the charts' left edge. */
export const xOf = ({ left, chart }: Geometry, atS: number, seconds: number): number =>
  left + chart.levelWidth + (atS / seconds) * chart.plotWidth;

/** The moment at this place, s; null beside the lines. */
export function momentAt({ left, chart }: Geometry, x: number, seconds: number): number | null {
  const share = (x - left - chart.levelWidth) / chart.plotWidth;
  return share >= 0 && share <= 1 ? share * seconds : null;
}
