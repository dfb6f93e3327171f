"use client";

import { useChanges } from "./hooks";
import type { Visit } from "./visit";

/** A line over the stage when what is seen is not what the address says. @param gone what is no longer in the server */
export function VisitNotice({ visit, gone }: { visit: Visit; gone: string }) {
  const { phase, isGone } = useChanges(visit);
  const text =
    phase === "lost"
      ? "The server does not know this comparison any more. The address still holds its set-up: start it again."
      : isGone
        ? `${gone} are gone from the server. What was seen of them stays in sight until you leave.`
        : null;
  return (
    <div role="status" aria-label="Notice">
      {text !== null && <p className="stage-text mb-3 border-l-3 border-ink py-1 pl-3">{text}</p>}
    </div>
  );
}
