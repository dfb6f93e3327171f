"use client";

import { createContext, useContext, useSyncExternalStore } from "react";
import type { LessonWalk } from "./lesson-walk";

export const WalkContext = createContext<LessonWalk | null>(null);

/** The walk through the lesson; draws again when it moves. */
export function useWalk(): LessonWalk {
  const walk = useContext(WalkContext);
  if (!walk) throw new Error("useWalk needs a WalkContext above it");
  useSyncExternalStore(walk.subscribe, walk.snapshot, () => 0);
  return walk;
}
