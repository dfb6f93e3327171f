/** Events in sentences, for captions and the live region. */
import { ownerOf } from "../../contract";
import type { EventOf, RunEvent } from "../../events";

export function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "actor":
      return event.status === "crashed" && ownerOf(event.actor) === event.actor ? `${event.actor} is dead.` : null;
    case "key":
      return event.event === "expired" && event.key.startsWith("heartbeat:")
        ? `Nothing has been heard of ${event.key.slice("heartbeat:".length)} for too long: its heartbeat is over.`
        : null;
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayResult({ name, actor, body, value, error }: EventOf<"result">): string | null {
  const who = ownerOf(actor);
  if (error !== undefined) return name === "work" ? `${who}'s work failed: ${error}` : null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  switch (name) {
    case "enqueue":
      return `“${String(body.payload)}” is in the queue, as number ${String(value.depth)}.`;
    case "start-worker":
      return `${who} begins to work.`;
    case "stop-worker":
      return `${who} ends what it has begun, and stops.`;
    case "work":
      return sayTurn(who, value.jobId, value.effect, value.removed);
    case "heartbeat":
    case "reap":
      return Number(value.returned ?? 0) > 0
        ? `${who} finds ${String(value.returned)} in the list of somebody who is gone, and brings it back.`
        : null;
    default:
      return null;
  }
}

function sayTurn(who: string, jobId: unknown, effect: unknown, removed: unknown): string | null {
  if (typeof jobId !== "string") return null;
  if (effect === false) return `${who} is done with a job that had been done before: its key stopped the second email.`;
  return removed === false ? `${who} is done, late: its job had been taken from it.` : `${who} is done with a job.`;
}
