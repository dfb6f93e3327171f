/** Rings of cards as geometry and text. */
import type { CardRing } from "@/lib/contract";
import { ttlText } from "../run/format";

/** What is left of a ring, 0 to 1; a whole ring where there is no end. */
export function ringShare({ leftMs, ofMs }: CardRing): number {
  return leftMs === null ? 1 : Math.min(1, Math.max(0, leftMs / Math.max(1, ofMs)));
}

/** Path data of the part that is left, around 0,0: from the top, clockwise. Empty where nothing is. */
export function arcPath(share: number, r: number): string {
  if (share <= 0) return "";
  // One arc cannot go all the way round.
  if (share >= 0.999) return `M0 ${-r}A${r} ${r} 0 1 1 0 ${r}A${r} ${r} 0 1 1 0 ${-r}`;
  const angle = share * 2 * Math.PI;
  const [x, y] = [r * Math.sin(angle), -r * Math.cos(angle)].map((n) => n.toFixed(2));
  return `M0 ${-r}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${x} ${y}`;
}

/** "12.4 s", "none", "over for 3.0 s". */
export function ringText({ leftMs }: CardRing): string {
  if (leftMs === null) return "none";
  if (leftMs === 0) return "over";
  return leftMs > 0 ? ttlText(leftMs) : `over for ${ttlText(-leftMs)}`;
}

/** It has no end, or is beyond it. */
export const isAmiss = ({ leftMs }: CardRing): boolean => leftMs === null || leftMs < 0;
