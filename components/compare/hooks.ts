"use client";

/** How React reads a comparison: the session for what is set and said, the pulse for what the answers count up to. */
import { createContext, useSyncExternalStore } from "react";
import { useVisit } from "../side-by-side/hooks";
import type { CompareSession } from "./session";

export const CompareContext = createContext<CompareSession | null>(null);

export const useComparison = (): CompareSession => useVisit(CompareContext);

/** The same, and again while answers come: four times a second at the most. Returns how often they have. */
export function useAnswers(session: CompareSession): number {
  return useSyncExternalStore(session.answers.subscribe, session.answers.snapshot, () => 0);
}
