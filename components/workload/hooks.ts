"use client";

import { createContext, useSyncExternalStore } from "react";
import { useVisit } from "../side-by-side/hooks";
import type { WorkloadSession } from "./session";

export const WorkloadContext = createContext<WorkloadSession | null>(null);

export const useWorkload = (): WorkloadSession => useVisit(WorkloadContext);

/** What is pointed at; draws again when that changes. */
export function usePointer({ pointer }: WorkloadSession): { at: number | null; focus: number | null } {
  useSyncExternalStore(pointer.subscribe, pointer.snapshot, () => 0);
  return pointer;
}
