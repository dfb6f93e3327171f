"use client";

import { useSyncExternalStore } from "react";
import { currentTheme, nextTheme, setTheme, type Theme } from "./theme";

function subscribe(listener: () => void): () => void {
  addEventListener("themechange", listener);
  return () => removeEventListener("themechange", listener);
}

/** One button that goes round system, light, dark, and says which it is. */
export function ThemeSwitch({ initial }: { initial: Theme }) {
  const theme = useSyncExternalStore(subscribe, currentTheme, () => initial);
  return (
    <button type="button" className="quiet w-[92px] text-left" onClick={() => setTheme(nextTheme(theme))}>
      Theme: {theme}
    </button>
  );
}
