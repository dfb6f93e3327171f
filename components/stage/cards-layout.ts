/** Rings of cards: what they show and say. */
import type { CardRing } from "@/lib/contract";
import { ttlText } from "../run/format";
import { shareLeft } from "./ring";

/** What is left of a ring, 0 to 1; a whole ring where there is no end. */
export function ringShare({ leftMs, ofMs }: CardRing): number {
  return leftMs === null ? 1 : shareLeft(leftMs, ofMs);
}

/** "12.4 s", "none", "over for 3.0 s". */
export function ringText({ leftMs }: CardRing): string {
  if (leftMs === null) return "none";
  if (leftMs === 0) return "over";
  return leftMs > 0 ? ttlText(leftMs) : `over for ${ttlText(-leftMs)}`;
}

/** It has no end, or is beyond it. */
export const isAmiss = ({ leftMs }: CardRing): boolean => leftMs === null || leftMs < 0;
