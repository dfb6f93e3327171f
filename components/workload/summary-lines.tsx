"use client";

import { useWorkload } from "./hooks";
import { outcome } from "./words";

/** What it came to, in sentences. Its place is kept before there is anything to say. */
export function SummaryLines() {
  const session = useWorkload();
  const sentences = outcome(session);
  return (
    <section aria-label="Summary" className="workload-summary stage-text mt-4 border-t border-ink pt-3">
      {sentences.length ? (
        sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
      ) : (
        <p className="text-soft">What it comes to stands here at the end.</p>
      )}
    </section>
  );
}
