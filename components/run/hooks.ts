"use client";

/** How React reads a run: context for the session, one subscription per topic, sampling for what may lag. */
import { createContext, useContext, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import type { RunStore, Topic } from "./run-store";
import type { RunSession } from "./session";

export const SessionContext = createContext<RunSession | null>(null);

/** The session; draws again when its phase, ownership, problems or focus change. */
export function useSession(): RunSession {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs a SessionContext above it");
  useSyncExternalStore(session.subscribe, session.snapshot, () => 0);
  return session;
}

/** The store; draws again when one of the topics changes, at most once per frame. */
export function useStore(...topics: Topic[]): RunStore {
  const { store } = useSession();
  const version = () => topics.reduce((sum, topic) => sum + store.version(topic), 0);
  useSyncExternalStore(store.subscribe, version, () => 0);
  return store;
}

/** `value`, followed at most every `everyMs`; the last one always arrives. */
export function useSampled<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    latest.current = value;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      setShown(latest.current);
    }, everyMs);
  }, [value, everyMs]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return shown;
}

/** Width and height of an element, px; 0 until it is measured. */
export function useSize<E extends Element>(): [React.RefObject<E | null>, { width: number; height: number }] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}

/** Does the window match? False on the server and in the first frame. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}
