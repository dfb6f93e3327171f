"use client";

import { useEffect } from "react";
import { currentTheme, nextTheme, setTheme } from "../ui/theme";
import { typesText } from "../ui/typing";
import type { Visit } from "./visit";

/**
 * The pattern pages' keys, as far as they mean something here, and the page's own.
 * @param own by key; the same function at every call
 */
export function useVisitShortcuts<V extends Visit>(visit: V, own: (visit: V) => Record<string, () => void>): void {
  useEffect(() => {
    const keys: Record<string, () => void> = {
      " ": () => visit.startIfReady(),
      p: () => visit.setPresent(!visit.present),
      t: () => setTheme(nextTheme(currentTheme())),
      ...own(visit),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (typesText(target)) {
        if (event.key === "Escape") target?.blur();
        return;
      }
      // Space on a button, a link or a box is that control's own.
      if (event.key === " " && target?.closest("button, a, summary, input")) return;
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [visit, own]);
}
