"use client";

import { useEffect } from "react";
import { typesText } from "../ui/typing";

const KEYS = /^([1-9trux]|Backspace)$/;

/**
 * Keys of the step board: 1 to 9 choose, t lets time pass, r restarts a node, x and a number crash, u and Backspace undo. While one steps they
 * come before the page's own keys of the same name.
 */
export function useStepKeys(disarm: (() => void) | null): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("dialog") || typesText(target)) return;
      if (event.key === "Escape" && disarm) disarm();
      else if (KEYS.test(event.key)) {
        const name = event.key === "Backspace" ? "u" : event.key;
        document.querySelector<HTMLElement>(`[data-step-key="${name}"]`)?.click();
      } else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown, true);
    return () => removeEventListener("keydown", onKeyDown, true);
  }, [disarm]);
}
