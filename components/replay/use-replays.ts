"use client";

import { useSyncExternalStore } from "react";
import { useSession } from "../run/hooks";
import type { ReplaySession } from "./replay-session";

/** The session's replays; draws again when one is read, shown or refused. */
export function useReplays(): ReplaySession {
  const { replays } = useSession();
  useSyncExternalStore(replays.subscribe, replays.snapshot, () => 0);
  return replays;
}
