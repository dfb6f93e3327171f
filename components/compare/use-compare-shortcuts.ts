"use client";

import { useEffect } from "react";
import { currentTheme, nextTheme, setTheme } from "../ui/theme";
import { typesText } from "../ui/typing";
import type { CompareSession } from "./session";

/** The pattern pages' keys, as far as they mean something here. */
export function useCompareShortcuts(session: CompareSession): void {
  useEffect(() => {
    const keys: Record<string, () => void> = {
      " ": () => session.startIfReady(),
      j: () => session.selectNext(-1),
      l: () => session.selectNext(1),
      p: () => session.setPresent(!session.present),
      t: () => setTheme(nextTheme(currentTheme())),
      Escape: () => (session.selected === null ? session.setPresent(false) : session.select(null)),
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
  }, [session]);
}
