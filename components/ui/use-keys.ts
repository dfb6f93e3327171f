"use client";

import { useEffect } from "react";
import { typesText } from "./typing";

/**
 * Keys of the whole page. While one types in a field, or a dialog is open, only Esc means something.
 * @param actOf what a key does there, if it does something; the same function while its keys are
 */
export function useKeys(actOf: (key: string, target: Element | null) => (() => void) | undefined): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("dialog")) return;
      if (typesText(target)) {
        if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
        return;
      }
      // Space on a button, a link, a summary or a box is that control's own.
      if (event.key === " " && target?.closest("button, a, summary, input")) return;
      const act = actOf(event.key, target);
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [actOf]);
}
