"use client";

import { memo } from "react";
import { countText, sinceText } from "../run/format";
import { Scroll } from "../ui/scroll";
import type { Letter } from "./answer-log";
import { ANSWERS, AnswerMark } from "./answer-mark";
import { useAnswers, useComparison } from "./hooks";
import { shownLimiters } from "./limiter-names";
import type { CompareSession } from "./session";

/** As many as the API lists. */
const MAX_LISTED = 200;

/** Every request that was not answered alike by all; the first ones, and how many there are. */
export function DisagreementTable() {
  const session = useComparison();
  useAnswers(session);
  const { log, view } = session;
  if (!log || !view) return null;
  const listed = [...log.disagreed.subarray(0, Math.min(MAX_LISTED, log.disagreements))];
  return (
    <section aria-labelledby="disagreements-heading" className="mt-8">
      <h2 id="disagreements-heading" className="stage-text font-semibold">
        Where they disagree
      </h2>
      <p className="stage-text mt-1 text-soft">
        {countText(log.disagreements)} of {countText(log.count)} {log.count === 1 ? "request" : "requests"} not answered
        alike by all{log.disagreements > MAX_LISTED ? `; the first ${MAX_LISTED} are listed` : ""}.
      </p>
      {listed.length > 0 && (
        <Scroll
          label="Disagreements"
          className="mt-2 overflow-x-auto max-md:max-h-[60dvh] max-md:overflow-y-auto wide:overflow-x-visible"
        >
          <table className="compare-differ stage-text">
            <caption className="sr-only">Disagreements</caption>
            <thead className="stage-small">
              <tr>
                <th scope="col">At</th>
                <th scope="col">Client</th>
                {shownLimiters(session).map((limiter) => (
                  <th key={limiter.key} scope="col">
                    {limiter.short}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.map((n) => (
                <Line
                  key={n}
                  n={n}
                  at={`${sinceText((log.atMs[n] ?? 0) * 1000)} s`}
                  client={view.clients[log.clients[n] ?? 0] ?? ""}
                  letters={log.letters.map((_, limiter) => log.letter(limiter, n)).join("")}
                  isSelected={session.selected === n}
                  session={session}
                />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

interface LineProps {
  n: number;
  at: string;
  client: string;
  letters: string;
  isSelected: boolean;
  session: CompareSession;
}

const Line = memo(function Line({ n, at, client, letters, isSelected, session }: LineProps) {
  return (
    <tr aria-current={isSelected ? "true" : undefined}>
      <td className="whitespace-nowrap">
        <button
          type="button"
          className="link"
          aria-label={`Point out request ${n + 1}, at ${at}`}
          aria-pressed={isSelected}
          onClick={() => session.select(isSelected ? null : n)}
        >
          {at}
        </button>
      </td>
      <td>{client}</td>
      {[...letters].map((letter, limiter) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a limiter's place is what it is known by
        <td key={limiter}>
          <span className="flex items-center gap-2">
            <AnswerMark letter={letter as Letter} />
            <span className="max-md:sr-only">{ANSWERS[letter as Letter]}</span>
          </span>
        </td>
      ))}
    </tr>
  );
});
