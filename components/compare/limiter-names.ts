/** The limiters as this page shows them. */
import type { ComparedLimiter } from "@/lib/contract";
import { type Shown, shown } from "../side-by-side/variants";
import type { CompareSession } from "./session";

export type ShownLimiter = Shown<ComparedLimiter>;

/** The limiters of the comparison that is shown; before the first, those that are chosen. */
export const shownLimiters = ({ view, setup, patterns, isGone }: CompareSession): ShownLimiter[] =>
  shown(view?.limiters, setup.limiters, patterns, isGone);
