"use client";

/** How React reads a comparison: the session for what is set and said, the pulse for what the answers count up to. */
import { createContext, useContext, useSyncExternalStore } from "react";
import type { CompareSession } from "./session";

export const CompareContext = createContext<CompareSession | null>(null);

/** The comparison of this page; draws again when its set-up, its phase or what the API said of it changes. */
export function useComparison(): CompareSession {
  const session = useContext(CompareContext);
  if (!session) throw new Error("useComparison needs a CompareContext above it");
  useSyncExternalStore(session.subscribe, session.snapshot, () => 0);
  return session;
}

/** The same, and again while answers come: four times a second at the most. Returns how often they have. */
export function useAnswers(session: CompareSession): number {
  return useSyncExternalStore(session.answers.subscribe, session.answers.snapshot, () => 0);
}
