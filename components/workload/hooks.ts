"use client";

import { createContext, useSyncExternalStore } from "react";
import { useVisit } from "../side-by-side/hooks";
import type { WorkloadSession } from "./session";

export const WorkloadContext = createContext<WorkloadSession | null>(null);

export const useWorkload = (): WorkloadSession => useVisit(WorkloadContext);

/** Number of the stretch of time that is pointed at; draws again when that changes. */
export const usePointedAt = ({ pointer }: WorkloadSession): number | null =>
  useSyncExternalStore(
    pointer.subscribe,
    () => pointer.at,
    () => null,
  );

/** Number of the strategy that stands out. */
export const useFocus = ({ pointer }: WorkloadSession): number | null =>
  useSyncExternalStore(
    pointer.subscribe,
    () => pointer.focus,
    () => null,
  );
