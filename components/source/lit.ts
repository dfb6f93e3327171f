/** Which code the latest command at the playhead came from. */
import type { EventOf, RunEvent } from "@/lib/events";
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
  return lit(store, store.playhead.live ? store.log.lastSeq : store.playhead.seq, () => true);
}

/** Which code this event came of: its own action's latest, or else its actor's; null where nobody's code did it. */
export function litFor(store: RunStore, of: RunEvent): Lit | null {
  if (!("actor" in of)) return null;
  const action = "action" in of ? of.action : null;
  return lit(store, of.seq, (sent) => (action === null ? sent.actor === of.actor : sent.action === action));
}

function lit(store: RunStore, seq: number, isMeant: (sent: Sent) => boolean): Lit | null {
  for (let at = seq; at > Math.max(0, seq - LOOK_BACK); at--) {
    const event = store.log.at(at);
    if ((event?.type === "command" || event?.type === "query") && event.source && isMeant(event)) return litBy(event);
  }
  return null;
}

type Sent = EventOf<"command"> | EventOf<"query">;

function litBy(event: Sent): Lit | null {
  if (!event.source) return null;
  const script = event.type === "command" ? (event.script ?? null) : null;
  return { actor: event.actor, path: event.source.path, line: event.source.line, script };
}
