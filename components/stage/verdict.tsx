"use client";

import { countText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { CrossedMark } from "../ui/crossed-mark";

/** The claim and what the trace says of it at the playhead; always in sight, one height whatever it says. */
export function VerdictLine() {
  const session = useSession();
  const store = useStore("slow", "playhead");
  const { verdict } = store.picture();
  const holds = verdict?.holds ?? null;
  const first = verdict?.violations[0];
  // As the timeline counts them: several things may break at one.
  const moments = new Set(verdict?.violations.map(({ seq }) => seq)).size;
  // At the very event that broke it the trace counts only what was judged before it.
  return (
    <section aria-label="Verdict" className="border-t border-hair pt-2.5 pb-3">
      <div className="flex items-baseline justify-between gap-6">
        <p className="stage-small">{session.pattern.invariant}</p>
        <p className="stage-small shrink-0">
          {verdict && !(holds === false && verdict.checked === 0)
            ? `checked over ${countText(verdict.checked)} ${verdict.checked === 1 ? "command" : "commands"}`
            : ""}
        </p>
      </div>
      <div
        className="mt-1 flex min-h-[2.9em] items-start justify-between gap-6"
        style={{ fontSize: "var(--verdict-text)" }}
      >
        <p data-holds={holds === null ? "unknown" : String(holds)}>
          <strong className={`font-semibold ${holds === false ? "text-deny" : ""}`}>
            {holds === false && <CrossedMark className="mr-2" />}
            {holds === null ? "Not judged yet." : holds ? "Holds." : "Broken."}
          </strong>{" "}
          {verdict?.text ?? "Nothing has happened that could break it."}
        </p>
        {first && (
          <button
            type="button"
            className="link stage-small shrink-0 present:hidden"
            onClick={() => {
              session.detach();
              store.seek(first.seq);
            }}
          >
            {moments > 1 ? `first of ${countText(moments)} moments` : "show the moment"}
          </button>
        )}
      </div>
    </section>
  );
}
