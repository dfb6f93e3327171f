"use client";

import { useMemo } from "react";
import type { LessonWalk } from "../lesson/lesson-walk";
import { nextSpeed } from "../run/playhead";
import type { RunSession } from "../run/session";
import { currentTheme, nextTheme, setTheme } from "../ui/theme";
import { useKeys } from "../ui/use-keys";
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

/** What the keys of a pattern's page do. */
export function useShortcuts(
  session: RunSession,
  walk: LessonWalk,
  toggle: (what: "wire" | "code" | "qr") => void,
): void {
  const actOf = useMemo(() => {
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
    return (key: string, target: Element | null) => {
      if (key.startsWith("Page") && scrolls(target)) return;
      // Escape out of an open menu is the menu's own.
      if (key === "Escape" && document.querySelector(":popover-open")) return;
      return /^[1-9]$/.test(key) ? () => press(`variant-${key}`) : keys[key];
    };
  }, [session, walk, toggle]);
  useKeys(actOf);
}
