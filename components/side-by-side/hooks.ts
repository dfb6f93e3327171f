"use client";

/** How React reads a visit: what is set and said. */
import { type Context, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { Visit } from "./visit";

/** The visit of this page; draws again when its set-up, its phase or what the API said of it changes. */
export function useVisit<V extends Visit>(context: Context<V | null>): V {
  const visit = useContext(context);
  if (!visit) throw new Error("useVisit needs its context above it");
  return useChanges(visit);
}

/** The same visit, and the component draws again when it changes. */
export function useChanges<V extends Visit>(visit: V): V {
  useSyncExternalStore(visit.subscribe, visit.snapshot, () => 0);
  return visit;
}

/** One visit for as long as the page is open; takes what the address names. */
export function useNewVisit<V extends Visit>(make: () => V): V {
  const [visit] = useState(make);
  useEffect(() => {
    // Later than the effect itself: React's development mode mounts twice.
    const timer = setTimeout(() => visit.enter(), 0);
    return () => {
      clearTimeout(timer);
      visit.close();
    };
  }, [visit]);
  return visit;
}
