/** Which code the latest command at the playhead came from. */
import type { EventOf } from "@/lib/events";
import type { RunStore } from "../run/run-store";

/** How far back a command with a known line is looked for: at speed only some commands carry one. */
const LOOK_BACK = 600;

export interface Lit {
  actor: string;
  path: string;
  line: number;
  /** File name of the Lua script that the command called. */
  script: string | null;
}

export function litAt(store: RunStore): Lit | null {
  const seq = store.playhead.live ? store.log.lastSeq : store.playhead.seq;
  for (let at = seq; at > Math.max(0, seq - LOOK_BACK); at--) {
    const event = store.log.at(at);
    if ((event?.type === "command" || event?.type === "query") && event.source) return litBy(event);
  }
  return null;
}

function litBy(event: EventOf<"command"> | EventOf<"query">): Lit | null {
  if (!event.source) return null;
  const script = event.type === "command" ? (event.script ?? null) : null;
  return { actor: event.actor, path: event.source.path, line: event.source.line, script };
}
