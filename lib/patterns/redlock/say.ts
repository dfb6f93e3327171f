/** What happens to Redlock, in sentences: for captions, the live region and told orders. Browser-safe. */
import { ownerOf } from "../../contract";
import type { EventOf, RunEvent } from "../../events";

/** One sentence for an event; null for those that are not worth one. */
export function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "actor":
      return event.status === "released" && ownerOf(event.actor) === event.actor ? `${event.actor} goes on.` : null;
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

type Answer = Record<string, unknown>;

function sayResult({ actor, name, body, value, error }: EventOf<"result">): string | null {
  const owner = ownerOf(actor);
  const answer: Answer = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const resource = String(body.resource ?? "the row");
  if (error !== undefined) return `${owner}: ${name} failed: ${error}`;
  switch (name) {
    case "acquire":
      return answer.acquired === true
        ? `${owner} has the lock of ${resource} with ${votes(answer)}, for ${seconds(answer.validityMs)}${numbered(answer)}.`
        : `${owner} was refused: ${votes(answer)}, and gives them back.`;
    case "release":
      return answer.released === true
        ? `${owner} has given ${resource} back.`
        : `${owner} had no majority of ${resource} any more to give back.`;
    case "extend":
      return answer.extended === true
        ? `${owner} has ${resource} for ${seconds(answer.ttlMs)} more.`
        : `${owner} is told that its majority is lost.`;
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

function sayWork(owner: string, resource: string, answer: Answer): string {
  if (answer.acquired !== true) return `${owner} has given up: ${votes(answer)} at its last attempt.`;
  const lost = answer.released === true ? "" : " Its majority was gone before it had finished.";
  return answer.accepted === true
    ? `${owner} has worked and written ${String(answer.balance)} to ${resource}.${lost}`
    : `${owner} has worked for nothing: ${resource} has rejected its write.${lost}`;
}

const votes = (answer: Answer): string =>
  `${String(answer.votes)} ${answer.votes === 1 ? "vote" : "votes"} where ${String(answer.quorum)} are needed`;
const seconds = (ms: unknown): string => `${(Number(ms) / 1000).toFixed(1)} s`;
/** ", and token 3". */
const numbered = ({ fencingToken }: Answer): string =>
  typeof fencingToken === "number" ? `, and token ${fencingToken}` : "";
