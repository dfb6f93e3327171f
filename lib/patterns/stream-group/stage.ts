/** The picture of a stream and its groups, and what is said of each step. */
import { defineStage } from "../../contract";
import type { EventOf, RunEvent, WireValue } from "../../events";
import { type Books, book, emptyBooks } from "./books";
import { digits, panelsOf } from "./panels";

/** Until the run has told its own. */
const NO_TIMES = { claimIdleMs: 0, pollMs: 0, databaseMs: 0, maxDeliveries: 0 };

export const stage = defineStage<Books>({
  initial: () => emptyBooks(NO_TIMES),
  fold: book,
  panels: panelsOf,
  say,
});

function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayResult({ name, actor, body, value, error }: EventOf<"result">): string | null {
  if (error !== undefined) {
    if (error.startsWith("BUSYGROUP")) return `${actor} cannot start: the group is there already (BUSYGROUP).`;
    return `${actor}'s ${name} failed: ${error}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const of = (field: string): number => numberOf(value[field]);
  switch (name) {
    case "add":
      return `${actor} adds “${String(body.payload)}”.`;
    case "add-many":
      return `${actor} has added ${digits(of("added"))} entries.`;
    case "start-consumer": {
      const own = of("own") > 0 ? ` It takes up ${digits(of("own"))} that it had before.` : "";
      return `${actor} works for ${String(body.group)}.${own}${workText(of)}`;
    }
    case "stop-consumer":
      return `${actor} stops.`;
    case "replay":
      return `${String(body.group)} goes back to ${String(body.from)}: what comes after it is given out once more.`;
    case "consuming":
    case "claim": {
      const claimed = of("claimed") > 0 ? ` takes over ${digits(of("claimed"))} and` : "";
      if (of("claimed") + of("read") === 0) return null;
      const buried = of("buried") > 0 ? ` ${digits(of("buried"))} to the dead letters.` : "";
      return `${actor}${claimed} reads ${digits(of("read"))}.${workText(of)}${buried}`;
    }
    default:
      return null;
  }
}

function workText(of: (field: string) => number): string {
  const done = of("done") > 0 ? ` ${digits(of("done"))} done.` : "";
  return of("failed") > 0 ? `${done} ${digits(of("failed"))} failed, still pending.` : done;
}

const numberOf = (value: WireValue | undefined): number => (typeof value === "number" ? value : 0);
