/** Which stretch of the schedule is in sight. All lanes share it. */

/** `last`: the latest seconds, now at the right edge. `whole`: the schedule from its start to its end. */
export type Zoom = "last" | "whole";
export const LAST_MS = 10_000;

export interface TimeView {
  fromMs: number;
  toMs: number;
  /** Where the arrivals are by now; null when they are over. */
  nowMs: number | null;
}

interface Moment {
  zoom: Zoom;
  /** ms since the start; null when it is over. */
  elapsedMs: number | null;
  totalMs: number;
  /** Left edge that was chosen by hand; null: follow. Only when it is over. */
  chosenMs: number | null;
  /** Less motion was asked for: the view moves in whole seconds. */
  calm: boolean;
}

/** A schedule that fits is shown whole in either case: nothing need slide. */
export const fits = (totalMs: number): boolean => totalMs <= LAST_MS;

export function timeView({ zoom, elapsedMs, totalMs, chosenMs, calm }: Moment): TimeView {
  const nowMs = elapsedMs === null ? null : Math.min(elapsedMs, totalMs);
  if (zoom === "whole" || fits(totalMs)) return { fromMs: 0, toMs: totalMs, nowMs };
  if (nowMs === null) {
    const fromMs = Math.min(Math.max(0, chosenMs ?? totalMs - LAST_MS), totalMs - LAST_MS);
    return { fromMs, toMs: fromMs + LAST_MS, nowMs };
  }
  const edge = calm ? Math.ceil(nowMs / 1000) * 1000 : nowMs;
  const toMs = Math.max(LAST_MS, edge);
  return { fromMs: toMs - LAST_MS, toMs, nowMs };
}
