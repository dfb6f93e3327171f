/** What came of an action, in words: for marks, captions and sentences. */
import type { EventOf, RunEvent } from "../../events";
import { fieldIn, textIn } from "./books";
import { SESSION_PREFIX } from "./session";

export interface SessionOutcome {
  /** `refused`: there is no such session. `failed`: nobody can tell. */
  kind: "answered" | "refused" | "failed";
  /** What a mark says. */
  text: string;
}

/** Null for what is no action of a session. */
export function outcomeOf({ name, body, value, error, actor }: EventOf<"result">): SessionOutcome | null {
  if (error !== undefined) return { kind: "failed", text: `${actor}: failed, ${error}` };
  const answered = (text: string) => ({ kind: "answered" as const, text: `${actor}: ${text}` });
  const found = (is: boolean, text: string) =>
    is ? answered(text) : { kind: "refused" as const, text: `${actor}: no such session` };
  switch (name) {
    case "create":
      return answered("logged in");
    case "get":
      return found(fieldIn(value, "session") !== null, "read, and touched");
    case "set":
      return found(fieldIn(value, "written") === true, `${textIn(body, "field")} = ${textIn(body, "value")}`);
    case "destroy":
      return found(fieldIn(value, "destroyed") === true, "logged out");
    case "destroy-all":
      return answered(`logged ${textIn(body, "userId")} out everywhere`);
    case "rotate":
      return found(fieldIn(value, "sessionId") !== null, `goes on as ${textIn(value, "sessionId")}`);
    default:
      return null;
  }
}

export function say(event: RunEvent): string | null {
  if (event.type === "fault") return event.text;
  if (event.type === "actor") return event.status === "crashed" ? `${event.actor}'s app server died.` : null;
  if (event.type === "key" && event.event === "expired" && event.key.startsWith(SESSION_PREFIX))
    return `Redis deleted ${event.key}, whose time was over.`;
  return event.type === "result" ? sayResult(event) : null;
}

function sayResult(event: EventOf<"result">): string | null {
  const { name, body, value, error, actor } = event;
  const outcome = outcomeOf(event);
  if (!outcome) return null;
  if (error !== undefined) return `${actor}'s request failed: ${error}`;
  const id = textIn(body, "sessionId") ?? "";
  if (outcome.kind === "refused") return `${actor} was refused: there is no session ${id}.`;
  const user = textIn(body, "userId") ?? "";
  switch (name) {
    case "create":
      return `${actor} logged ${user} in, with session ${textIn(value, "sessionId")}.`;
    case "get":
      return `${actor} read ${id}.`;
    case "set":
      return `${actor} wrote ${textIn(body, "field")} = ${textIn(body, "value")} into ${id}.`;
    case "destroy":
      return `${actor} ended ${id}.`;
    case "destroy-all":
      return `${actor} logged ${user} out everywhere: ${String(fieldIn(value, "destroyed"))} sessions ended.`;
    default:
      return `${actor} rotated ${id}: it goes on as ${textIn(value, "sessionId")}.`;
  }
}
