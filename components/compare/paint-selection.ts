/** The disagreement that is pointed out: a line through all lanes, and on each of them what that limiter answered. */
import { ANSWERS } from "./answer-mark";
import { dotY, type Frame, paintColumn } from "./paint";
import { drawMark } from "./sprites";
import { pxPerMs, xAt } from "./time-axis";

export function paintSelection({ pen, scene, view, geometry, palette }: Frame, n: number): void {
  const atMs = scene?.log.atMs[n];
  if (!scene || atMs === undefined || atMs < view.fromMs || atMs > view.toMs) return;
  const { scale, width, lanes } = geometry;
  const x = Math.min(width - 1, Math.max(1, xAt(view, width, atMs)));
  const line = 2 * scale;
  pen.fillStyle = palette.ink;
  paintColumn({ pen, geometry }, x - line / 2, line);
  pen.font = `600 ${palette.smallPx}px ${palette.font}`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  const r = palette.smallPx * 0.42;
  const pad = palette.smallPx * 0.5;
  for (const [limiter, { middle }] of lanes.entries()) {
    const letter = scene.log.letter(limiter, n);
    const wide = r * 2 + pad * 2.6 + pen.measureText(ANSWERS[letter]).width;
    const tall = palette.smallPx * 1.75;
    // Piles grow to the right, so there is more room on the left.
    const left = x - line / 2 - wide < 0 ? x + line / 2 : x - line / 2 - wide;
    const dots = scene.dots?.[limiter];
    if (dots) {
      pen.beginPath();
      pen.arc(x + (dots.xs[n] ?? 0) - atMs * pxPerMs(view, width), dotY(middle, dots, n), dots.pitchPx * 0.56, 0, 7);
      pen.strokeStyle = palette.ink;
      pen.lineWidth = line * 1.25;
      pen.stroke();
    }
    pen.fillStyle = palette.ink;
    pen.fillRect(left - 1, middle - tall / 2 - 1, wide + 2, tall + 2);
    pen.fillStyle = palette.bg;
    pen.fillRect(left, middle - tall / 2, wide, tall);
    pen.save();
    pen.translate(left + pad + r, middle);
    drawMark(pen, palette, letter, r);
    pen.restore();
    pen.fillStyle = palette.ink;
    pen.fillText(ANSWERS[letter], left + pad * 1.6 + r * 2, middle + palette.smallPx * 0.06);
  }
}
