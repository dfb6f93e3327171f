"use client";

import { sinceText } from "../run/format";
import { Hint } from "../ui/hint";
import type { Letter } from "./answer-log";
import { useAnswers, useComparison } from "./hooks";
import { type ShownLimiter, shownLimiters } from "./limiter-names";

/** What is pointed out, in a sentence, and the way to the next one. One height whatever it says. */
export function SelectionLine() {
  const session = useComparison();
  useAnswers(session);
  const { log, view, selected } = session;
  const count = log?.disagreements ?? 0;
  const client = view?.clients[log?.clients[selected ?? 0] ?? 0] ?? "";
  return (
    <div className="compare-selection stage-text flex flex-wrap items-start justify-between gap-x-6 gap-y-1">
      <p aria-live="polite" className="min-w-0 flex-1 basis-[24ch]">
        {selected !== null && log && (
          <>
            <strong className="font-semibold">
              {sinceText((log.atMs[selected] ?? 0) * 1000)} s, {client}.
            </strong>{" "}
            {answersText(shownLimiters(session), (i) => log.letter(i, selected))}
          </>
        )}
        {selected === null && count > 0 && (
          <span className="text-soft">
            Click a lane, or press Next, to point out a request that was not answered alike.
          </span>
        )}
      </p>
      <p className={`flex gap-4 text-soft ${count === 0 ? "invisible" : ""}`}>
        <button type="button" className="quiet" onClick={() => session.selectNext(-1)}>
          Previous <Hint>j</Hint>
        </button>
        <button type="button" className="quiet" onClick={() => session.selectNext(1)}>
          Next <Hint>l</Hint>
        </button>
      </p>
    </div>
  );
}

const BY: Record<Letter, string> = { y: "Admitted by", n: "Denied by", x: "No answer from" };

/** "Admitted by A, B. Denied by C." */
function answersText(limiters: readonly ShownLimiter[], letterOf: (limiter: number) => Letter): string {
  return (["y", "n", "x"] as const)
    .map((letter) => [letter, limiters.filter((_, i) => letterOf(i) === letter)] as const)
    .filter(([, of]) => of.length)
    .map(([letter, of]) => `${BY[letter]} ${of.map(({ short }) => short).join("; ")}.`)
    .join(" ");
}
