"use client";

import { useMemo } from "react";
import { currentTheme, nextTheme, setTheme } from "../ui/theme";
import { useKeys } from "../ui/use-keys";
import type { Visit } from "./visit";

/**
 * The pattern pages' keys, as far as they mean something here, and the page's own.
 * @param own by key; the same function at every call
 */
export function useVisitShortcuts<V extends Visit>(visit: V, own: (visit: V) => Record<string, () => void>): void {
  const actOf = useMemo(() => {
    const keys: Record<string, () => void> = {
      " ": () => visit.startIfReady(),
      p: () => visit.setPresent(!visit.present),
      t: () => setTheme(nextTheme(currentTheme())),
      ...own(visit),
    };
    return (key: string) => keys[key];
  }, [visit, own]);
  useKeys(actOf);
}
