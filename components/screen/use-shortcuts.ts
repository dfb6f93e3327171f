"use client";

import { useEffect } from "react";
import type { LessonWalk } from "../lesson/lesson-walk";
import { nextSpeed } from "../run/playhead";
import type { RunSession } from "../run/session";
import { currentTheme, nextTheme, setTheme } from "../ui/theme";
import { typesText } from "../ui/typing";
import { openKeys } from "./keys-sheet";

/** Presses the control that carries this shortcut, as a click would: a disabled one does nothing. */
function press(name: string): void {
  document.querySelector<HTMLElement>(`[data-shortcut="${name}"]`)?.click();
}

/** Page keys belong to what they scroll: a part of the page that has the focus, or the page where it is longer than the window. */
function scrolls(target: Element | null): boolean {
  for (let at = target; at && at !== document.body; at = at.parentElement)
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY)) return true;
  return document.documentElement.scrollHeight > innerHeight + 1;
}

/** Keys of the whole page. While one types in a field, or a dialog is open, only Esc means something. */
export function useShortcuts(
  session: RunSession,
  walk: LessonWalk,
  toggle: (what: "wire" | "code" | "qr") => void,
): void {
  useEffect(() => {
    const timeline = (move: () => void) => () => {
      session.detach();
      move();
    };
    const speed = (by: 1 | -1) => () => session.store.setSpeed(nextSpeed(session.store.playhead.speed, by));
    const keys: Record<string, () => void> = {
      " ": () => press("primary"),
      b: () => press("burst"),
      k: timeline(() => session.store.togglePause()),
      j: timeline(() => session.store.step(-1)),
      l: timeline(() => session.store.step(1)),
      r: timeline(() => session.store.play()),
      n: timeline(() => session.store.nextViolation()),
      PageUp: () => walk.go(-1),
      PageDown: () => walk.go(1),
      "[": speed(-1),
      "]": speed(1),
      p: () => session.setPresent(!session.present),
      t: () => setTheme(nextTheme(currentTheme())),
      w: () => toggle("wire"),
      c: () => toggle("code"),
      q: () => toggle("qr"),
      "/": () => document.querySelector<HTMLElement>("[data-shortcut=filter]")?.focus(),
      "?": openKeys,
      Escape: () => session.setPresent(false),
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("dialog")) return;
      if (typesText(target)) {
        if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
        return;
      }
      // Space on a button, a link or a summary is that control's own.
      if (event.key === " " && target?.closest("button, a, summary, input")) return;
      if (event.key.startsWith("Page") && scrolls(target)) return;
      const act = /^[1-9]$/.test(event.key) ? () => press(`variant-${event.key}`) : keys[event.key];
      // Escape out of an open menu is the menu's own.
      if (!act || (event.key === "Escape" && document.querySelector(":popover-open"))) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [session, walk, toggle]);
}
