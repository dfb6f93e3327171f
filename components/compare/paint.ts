/** One frame of a comparison's picture: the same functions for a running and for a finished one. */
import type { DotLayout } from "./dot-layout";
import type { Geometry } from "./geometry";
import type { LaneScene } from "./lane-scene";
import type { Palette } from "./palette";
import type { Sprites } from "./sprites";
import { axisMoments, momentText, pxPerMs, xAt } from "./time-axis";
import type { TimeView } from "./time-view";

export interface Frame {
  pen: CanvasRenderingContext2D;
  scene: LaneScene | null;
  view: TimeView;
  geometry: Geometry;
  palette: Palette;
  sprites: Sprites | null;
}

/** Hairlines through the lanes that would stand closer than this would say nothing. */
const LEAST_LINE_GAP_PX = 14;

export function paint(frame: Frame): void {
  const { pen, geometry, scene } = frame;
  pen.clearRect(-geometry.margin, 0, geometry.width + 2 * geometry.margin, geometry.height);
  if (scene?.dots) paintMoments(frame, scene);
  else if (scene) paintStretches(frame, scene);
  paintLines(frame);
  if (scene) {
    paintArrivals(frame, scene);
    if (scene.dots) for (const [limiter, dots] of scene.dots.entries()) paintDots(frame, scene, limiter, dots);
    else for (const limiter of geometry.lanes.keys()) paintBars(frame, scene, limiter);
    paintDisagreements(frame, scene);
  }
  paintAxis(frame);
}

/** Bins in sight, with their edges on whole pixels. */
function* binsInSight(
  { view, geometry }: Frame,
  { bins }: LaneScene,
): Generator<[bin: number, x: number, wide: number]> {
  const last = bins.indexAt(Math.min(view.toMs, bins.length * bins.binMs) - 1e-6);
  for (let bin = bins.indexAt(view.fromMs); bin <= last; bin++) {
    if (bins.arrivals[bin] === 0) continue;
    const left = Math.round(xAt(view, geometry.width, bin * bins.binMs));
    const right = Math.round(xAt(view, geometry.width, (bin + 1) * bins.binMs));
    yield [bin, left, Math.max(1, right - left - (right - left > 4 ? 2 : 1))];
  }
}

function paintLines(frame: Frame): void {
  const { pen, geometry, palette, view } = frame;
  pen.fillStyle = palette.hair;
  for (const { middle } of geometry.lanes) pen.fillRect(0, middle, geometry.width, 1);
  pen.fillRect(0, geometry.arrivals.bottom, geometry.width, 1);
  if (view.nowMs === null) return;
  pen.fillStyle = palette.edge;
  const x = Math.min(geometry.width - 1, Math.round(xAt(view, geometry.width, view.nowMs)));
  pen.fillRect(x, geometry.arrivals.top, 1, geometry.lanesTop - geometry.arrivals.top);
  paintColumn(frame, x, 1);
}

function paintArrivals(frame: Frame, scene: LaneScene): void {
  const { pen, geometry, palette } = frame;
  const { top, bottom } = geometry.arrivals;
  const { bins } = scene;
  const perArrival = Math.min(8 * geometry.scale, (bottom - top) / Math.max(1, bins.mostArrivals));
  pen.fillStyle = palette.arrivals;
  for (const [bin, x, wide] of binsInSight(frame, scene)) {
    const tall = Math.max(1, (bins.arrivals[bin] ?? 0) * perArrival);
    pen.fillRect(x, bottom - tall, wide, tall);
  }
}

/** Of a mark, above or below the line of its lane. */
export function dotY(middle: number, { levels, pitchPx }: DotLayout, n: number): number {
  const level = levels[n] ?? 1;
  return middle + 0.5 - (level - Math.sign(level) * 0.36) * pitchPx;
}

function paintDots(
  { pen, view, geometry, sprites }: Frame,
  { log }: LaneScene,
  limiter: number,
  dots: DotLayout,
): void {
  const lane = geometry.lanes[limiter];
  if (!lane || !sprites) return;
  const perMs = pxPerMs(view, geometry.width);
  const [left, right] = [view.fromMs * perMs, view.toMs * perMs];
  const { sizePx } = sprites;
  for (let n = 0; n < dots.count; n++) {
    const at = dots.xs[n] ?? 0;
    if (at < left - geometry.margin || at > right + geometry.margin) continue;
    const y = dotY(lane.middle, dots, n);
    const sprite = (log.differs(n) ? sprites.ringed : sprites.plain)[log.letter(limiter, n)];
    pen.drawImage(sprite, at - left - sizePx / 2, y - sizePx / 2, sizePx, sizePx);
  }
}

/** Solid above the line what was admitted, outlined below it what was not; all lanes to one scale. */
function paintBars(frame: Frame, scene: LaneScene, limiter: number): void {
  const { pen, geometry, palette } = frame;
  const { bins } = scene;
  const lane = geometry.lanes[limiter];
  const [admitted, denied, failed] = [bins.admitted[limiter], bins.denied[limiter], bins.failed[limiter]];
  if (!lane || !admitted || !denied || !failed) return;
  const { middle, half } = lane;
  const perAnswer = half / Math.max(1, bins.mostAnswers);
  for (const [bin, x, wide] of binsInSight(frame, scene)) {
    const up = (admitted[bin] ?? 0) * perAnswer;
    const down = (denied[bin] ?? 0) * perAnswer;
    const lost = (failed[bin] ?? 0) * perAnswer;
    if (up > 0) {
      pen.fillStyle = palette.admitted;
      pen.fillRect(x, middle - Math.max(1, up), wide, Math.max(1, up));
    }
    if (down > 0) {
      const tall = Math.max(1.5, down);
      pen.fillStyle = palette.denied;
      pen.fillRect(x, middle + 1, wide, tall);
      if (wide > 3 && tall > 3) {
        pen.fillStyle = palette.deniedFill;
        pen.fillRect(x + 1, middle + 1, wide - 2, tall - 1);
      }
    }
    if (lost > 0) {
      pen.fillStyle = palette.failed;
      pen.fillRect(x, middle + 1 + down, wide, Math.max(1.5, lost));
    }
  }
}

/** Under single marks, from the row of disagreements up through all lanes: a hairline at each moment that has room. */
function paintMoments(frame: Frame, scene: LaneScene): void {
  const { geometry, view } = frame;
  const column = 5 * geometry.scale;
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const [bin] of binsInSight(frame, scene)) {
    const x = xAt(view, geometry.width, scene.bins.firstDisagreedMs[bin] ?? 0);
    if (scene.bins.disagreed[bin] === 0 || x < freeFrom) continue;
    freeFrom = x + LEAST_LINE_GAP_PX * geometry.scale;
    paintBand(frame, x - column / 2, x + column / 2);
    paintHairline(frame, x);
  }
}

/** Under bars: a band as long as the disagreement lasts, with a hairline where it begins. */
function paintStretches(frame: Frame, scene: LaneScene): void {
  let before = { bin: -2, right: 0 };
  for (const [bin, left, wide] of binsInSight(frame, scene)) {
    if (scene.bins.disagreed[bin] === 0) continue;
    const goesOn = before.bin === bin - 1;
    paintBand(frame, goesOn ? before.right : left, left + wide);
    if (!goesOn) paintHairline(frame, left);
    before = { bin, right: left + wide };
  }
}

/** Through all lanes. */
export function paintColumn({ pen, geometry }: Pick<Frame, "pen" | "geometry">, left: number, wide: number): void {
  for (const { top, bottom } of geometry.columns) pen.fillRect(left, top, wide, bottom - top);
}

function paintBand(frame: Frame, left: number, right: number): void {
  frame.pen.fillStyle = frame.scene?.dots ? frame.palette.moment : frame.palette.stretch;
  paintColumn(frame, Math.round(left), Math.round(right) - Math.round(left));
}

function paintHairline(frame: Frame, x: number): void {
  frame.pen.fillStyle = frame.palette.edge;
  paintColumn(frame, Math.round(x - 0.5), 1);
}

function paintDisagreements(frame: Frame, scene: LaneScene): void {
  const { pen, geometry, palette, view } = frame;
  const { bins } = scene;
  const { top, bottom } = geometry.disagreements;
  const size = Math.min(6 * geometry.scale, (bottom - top) / 2);
  const middle = (top + bottom) / 2;
  pen.fillStyle = palette.ink;
  for (const [bin, left, wide] of binsInSight(frame, scene)) {
    const count = bins.disagreed[bin] ?? 0;
    if (count === 0) continue;
    if (!scene.dots) {
      const tall = Math.max(2, (count / Math.max(1, bins.mostDisagreed)) * (bottom - top - 6 * geometry.scale));
      pen.fillRect(left, bottom - 2 - tall, wide, tall);
      continue;
    }
    const x = xAt(view, geometry.width, bins.firstDisagreedMs[bin] ?? 0);
    pen.beginPath();
    pen.moveTo(x, middle - size);
    pen.lineTo(x + size, middle);
    pen.lineTo(x, middle + size);
    pen.lineTo(x - size, middle);
    pen.fill();
  }
}

function paintAxis({ pen, view, geometry, palette }: Frame): void {
  const { scale, width, axisTop } = geometry;
  pen.fillStyle = palette.hair;
  pen.fillRect(0, axisTop, width, 1);
  pen.font = `${palette.smallPx}px ${palette.font}`;
  pen.textBaseline = "alphabetic";
  for (const ms of axisMoments(view, width, scale)) {
    const x = xAt(view, width, ms);
    const text = momentText(ms);
    const half = pen.measureText(text).width / 2;
    pen.fillStyle = palette.edge;
    pen.fillRect(Math.min(width - 1, Math.round(x)), axisTop, 1, 4 * scale);
    pen.textAlign = x < half ? "left" : x > width - half ? "right" : "center";
    pen.fillStyle = palette.soft;
    pen.fillText(text, Math.min(width, Math.max(0, x)), axisTop + 18 * scale);
  }
}
