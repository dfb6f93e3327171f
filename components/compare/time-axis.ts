/** The axis that all lanes share: round steps, and how wide a stretch is counted as one. */
import { axisStep } from "../stage/scale";
import type { TimeView } from "./time-view";

/** Room for "12.5 s" and air. */
const LABEL_PX = 72;
/** Bars narrower than this do not read as bars. */
const BAR_PX = 7;
const WIDTHS_MS = [10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000];

export const pxPerMs = ({ fromMs, toMs }: TimeView, widthPx: number): number => widthPx / Math.max(1, toMs - fromMs);

export const xAt = (view: TimeView, widthPx: number, atMs: number): number =>
  (atMs - view.fromMs) * pxPerMs(view, widthPx);

export const msAt = (view: TimeView, widthPx: number, x: number): number => view.fromMs + x / pxPerMs(view, widthPx);

/** The width of a bar in ms: one of a few, so that they stand still while the view slides. */
export function barMs(view: TimeView, widthPx: number, scale: number): number {
  const wanted = (BAR_PX * scale) / pxPerMs(view, widthPx);
  return WIDTHS_MS.find((ms) => ms >= wanted - 1e-9) ?? 2000;
}

/** Moments that get a label, ms. */
export function axisMoments(view: TimeView, widthPx: number, scale: number): number[] {
  const step = Math.max(100, axisStep(view.toMs - view.fromMs, Math.max(1, Math.floor(widthPx / (LABEL_PX * scale)))));
  const first = Math.ceil((view.fromMs - 1e-6) / step);
  const last = Math.floor((view.toMs + 1e-6) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** 2000 → "2 s", 2500 → "2.5 s". */
export const momentText = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;
