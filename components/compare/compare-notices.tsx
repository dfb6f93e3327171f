"use client";

import { useComparison } from "./hooks";

/** A line over the lanes when the comparison is not what the address says. */
export function CompareNotice() {
  const session = useComparison();
  const text =
    session.phase === "lost"
      ? "The server does not know this comparison any more. The address still holds its set-up: start it again."
      : session.isGone
        ? "The limiters and their keys are gone from the server. What was seen of them stays in sight until you leave."
        : null;
  return (
    <div role="status" aria-label="Notice">
      {text !== null && <p className="stage-text mb-3 border-l-3 border-ink py-1 pl-3">{text}</p>}
    </div>
  );
}
