/** Rings that run out, as geometry. */

/** What is left of a ring, 0 to 1. */
export const shareLeft = (leftMs: number, ofMs: number): number => Math.min(1, Math.max(0, leftMs / Math.max(1, ofMs)));

/** Path data of the part that is left, around 0,0: from the top, clockwise. Empty where nothing is. */
export function arcPath(share: number, r: number): string {
  if (share <= 0) return "";
  // One arc cannot go all the way round.
  if (share >= 0.999) return `M0 ${-r}A${r} ${r} 0 1 1 0 ${r}A${r} ${r} 0 1 1 0 ${-r}`;
  const angle = share * 2 * Math.PI;
  const [x, y] = [r * Math.sin(angle), -r * Math.cos(angle)].map((n) => n.toFixed(3));
  return `M0 ${-r}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}`;
}
