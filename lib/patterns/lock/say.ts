/** What happens to a lock, in sentences: for captions, the live region and told orders. Browser-safe. */
import { ownerOf } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { fenceOf } from "../../families/locks/lock";

/** One sentence for an event; null for those that are not worth one. */
export function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "key":
      return event.event === "expired" ? `The lease ${event.key} has ended: Redis deletes the key.` : null;
    case "actor":
      return event.status === "released" && ownerOf(event.actor) === event.actor ? `${event.actor} goes on.` : null;
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayResult({ actor, name, body, value, error }: EventOf<"result">): string | null {
  const owner = ownerOf(actor);
  const answer = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const resource = String(body.resource ?? "the row");
  if (error !== undefined) return name === "renewal" ? null : `${owner}: ${name} failed: ${error}`;
  switch (name) {
    case "acquire":
      return answer.acquired === true
        ? `${owner} has the lock of ${resource}${numbered(answer.token)}.`
        : `${owner} was refused: somebody else has the lock of ${resource}.`;
    case "release":
      return answer.released === true
        ? `${owner} has given ${resource} back.`
        : `${owner} had nothing to give back: the lock of ${resource} was not its own any more.`;
    case "extend":
    case "renewal":
      return answer.extended === true ? null : `${owner} is told that its lease is lost.`;
    case "write":
      return answer.accepted === true
        ? `${owner} has written ${String(answer.balance)} to ${resource}.`
        : `${owner}'s write was rejected at the ${String(answer.rejectedAt)}: ${resource} has seen a higher token.`;
    case "work":
      return sayWork(owner, resource, answer);
    default:
      return null;
  }
}

function sayWork(owner: string, resource: string, answer: Record<string, unknown>): string {
  if (answer.acquired !== true) return `${owner} has given up: already running elsewhere.`;
  const lost = answer.released === true ? "" : " Its lease was over before it had finished.";
  return answer.accepted === true
    ? `${owner} has worked and written ${String(answer.balance)} to ${resource}.${lost}`
    : `${owner} has worked for nothing: ${resource} has rejected its write.${lost}`;
}

/** ", with token 3". */
function numbered(token: unknown): string {
  const fence = fenceOf(token);
  return fence ? `, with token ${fence}` : "";
}
