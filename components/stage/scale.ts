/** Positions of times and levels on a drawing. */

/** µs → px, with `toUs` at the right edge. */
export function timeToX(atUs: number, toUs: number, spanMs: number, widthPx: number): number {
  return widthPx - ((toUs - atUs) / (spanMs * 1000)) * widthPx;
}

/** Marks are placed on a sheet that starts at a fixed time and only the sheet moves: what stands still is not drawn again. */
const SHEET_US = 60_000_000;
export const sheetStart = (nowUs: number): number => Math.floor(nowUs / SHEET_US) * SHEET_US;

/** Round steps for an axis: at most `most` of them over `span`. */
export function axisStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 5]) if (factor * power >= rough) return factor * power;
  return 10 * power;
}

/** The ages at which a time axis is labelled, ms before now (negative: after it), oldest last. */
export function ages(pastMs: number, most: number, futureMs = 0): number[] {
  const step = axisStep(pastMs + futureMs, most);
  const found: number[] = [];
  for (let n = 0 - Math.floor((futureMs + 1) / step); n * step <= pastMs + 1; n++) found.push(n * step);
  return found;
}

/** "now", "−2 s", "−500 ms"; what is still to come: "+2 s". */
export function ageText(ms: number): string {
  if (ms === 0) return "now";
  const sign = ms > 0 ? "−" : "+";
  const size = Math.abs(ms);
  return size >= 1000 ? `${sign}${Number((size / 1000).toFixed(1))} s` : `${sign}${size} ms`;
}

/** How full a vessel is, 0 to 1. */
export function fraction(value: number, capacity: number): number {
  return capacity > 0 ? Math.min(1, Math.max(0, value / capacity)) : 0;
}

/** Marks at or before which a vessel's wall is notched: every unit while that is legible. */
export function notches(capacity: number): number[] {
  const step = capacity <= 20 ? 1 : axisStep(capacity, 10);
  const found: number[] = [];
  for (let level = step; level < capacity - 1e-9; level += step) found.push(level);
  return found;
}

/** A level with one digit, never rounded up: 0.96 of a token buys nothing, so it must not read 1.0. */
export function levelText(level: number): string {
  return Number.isInteger(level) ? String(level) : (Math.floor(level * 10 + 1e-6) / 10).toFixed(1);
}

/**
 * Which marks' labels have room: each mark stands at `x` and its label, if `widthPx` is not 0, reaches that far to the right.
 * A label that would reach into the next mark is left out.
 */
export function roomFor(marks: readonly ({ x: number; widthPx: number } | null)[]): boolean[] {
  let nextX = Number.POSITIVE_INFINITY;
  return marks
    .toReversed()
    .map((mark) => {
      if (!mark) return false;
      const fits = mark.widthPx > 0 && mark.x + mark.widthPx <= nextX;
      nextX = mark.x;
      return fits;
    })
    .reverse();
}
