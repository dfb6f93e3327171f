/** The sentence for what is at the playhead. */
import type { RunEvent } from "@/lib/events";
import type { RunStore } from "../run/run-store";

const LOOK_BACK = 300;

/** The latest event at or before the playhead that is worth a sentence, with it. */
export function toldAt(store: RunStore): { event: RunEvent; text: string } | null {
  const seq = store.playhead.live ? store.log.lastSeq : store.playhead.seq;
  for (let at = seq; at > Math.max(0, seq - LOOK_BACK); at--) {
    const event = store.log.at(at);
    const text = event && store.stage.say(event);
    if (text) return { event, text };
  }
  return null;
}

export const sentenceAt = (store: RunStore): string | null => toldAt(store)?.text ?? null;
