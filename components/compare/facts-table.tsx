"use client";

import { countText, numberText } from "../run/format";
import { Facts, type FactsRow, Judgement, latencyCell } from "../side-by-side/facts";
import { useAnswers, useComparison } from "./hooks";
import { type ShownLimiter, shownLimiters } from "./limiter-names";
import type { CompareSession } from "./session";

const COLUMNS = [
  "Admitted",
  "Denied",
  "No answer",
  "Decision, p50 / p99",
  "Commands per decision",
  "Bytes per key, at most",
] as const;

/** What each limiter admitted, cost and kept of its promise. */
export function FactsTable() {
  const session = useComparison();
  useAnswers(session);
  const { view, isGone } = session;
  if (!view) return null;
  return (
    <Facts
      first="Limiter"
      columns={COLUMNS}
      last="Verdict"
      rows={shownLimiters(session).flatMap((limiter, i) => rowOf(session, limiter, i))}
      className="limiter-facts"
      aside={
        !isGone && (
          <a className="link stage-small" href={`/api/comparisons/${view.comparisonId}/export`} download>
            Export as CSV
          </a>
        )
      }
    />
  );
}

function rowOf({ log, patterns }: CompareSession, limiter: ShownLimiter, i: number): FactsRow[] {
  const { facts, key, id } = limiter;
  if (!facts) return [];
  const { decisionMs, commandsPerDecision, bytesPerKey, keys, holds, verdict } = facts;
  const counts = log?.counts[i];
  return [
    {
      key,
      name: limiter,
      cells: [
        { text: countText(counts?.y ?? facts.admitted) },
        { text: countText(counts?.n ?? facts.denied) },
        { text: countText(counts?.x ?? facts.failed) },
        latencyCell(decisionMs),
        { text: commandsPerDecision === null ? "–" : numberText(commandsPerDecision, 2) },
        {
          text: bytesPerKey === null ? "–" : `${countText(bytesPerKey)} B`,
          note: bytesPerKey === null ? "" : keys === 1 ? "of 1 key" : `mean of ${countText(keys)} keys`,
        },
      ],
      last: (
        <td data-holds={holds === null ? "unknown" : String(holds)} className="compare-verdict">
          <Judgement holds={holds} verdict={verdict} />
          <span className="stage-small mt-0.5 block">
            {patterns.find((pattern) => pattern.id === id.pattern)?.invariant}
          </span>
        </td>
      ),
    },
  ];
}
