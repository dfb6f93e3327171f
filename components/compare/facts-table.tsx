"use client";

import type { ReactNode } from "react";
import { countText, numberText } from "../run/format";
import { useAnswers, useComparison } from "./hooks";
import { type ShownLimiter, shownLimiters } from "./limiter-names";

const msText = (ms: number) => ms.toFixed(ms < 10 ? 2 : 1);

/** What each limiter admitted, cost and kept of its promise. */
export function FactsTable() {
  const session = useComparison();
  useAnswers(session);
  const { log, view, patterns, isGone } = session;
  if (!view) return null;
  return (
    <section aria-labelledby="facts-heading" className="mt-7">
      <div className="flex items-baseline justify-between gap-6">
        <h2 id="facts-heading" className="stage-text font-semibold">
          Side by side
        </h2>
        {!isGone && (
          <a className="link stage-small" href={`/api/comparisons/${view.comparisonId}/export`} download>
            Export as CSV
          </a>
        )}
      </div>
      <table className="compare-facts stage-text mt-2 w-full">
        <caption className="sr-only">Side by side</caption>
        <thead className="stage-small">
          <tr>
            <th scope="col">Limiter</th>
            <th scope="col">Admitted</th>
            <th scope="col">Denied</th>
            <th scope="col">No answer</th>
            <th scope="col">Decision, p50 / p99</th>
            <th scope="col">Commands per decision</th>
            <th scope="col">Bytes per key, at most</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {shownLimiters(session).map((limiter, i) => (
            <FactsRow
              key={limiter.key}
              limiter={limiter}
              counts={log?.counts[i]}
              invariant={patterns.find(({ id }) => id === limiter.id.pattern)?.invariant ?? ""}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  limiter: ShownLimiter;
  counts: { y: number; n: number; x: number } | undefined;
  invariant: string;
}

function FactsRow({ limiter: { pattern, variant, facts }, counts, invariant }: RowProps) {
  if (!facts) return null;
  const { decisionMs, commandsPerDecision, bytesPerKey, keys, holds, verdict } = facts;
  return (
    <tr>
      <th scope="row" className="font-semibold">
        {pattern}
        <span className="stage-small block font-normal">
          <span className="sr-only">, </span>
          {variant}
        </span>
      </th>
      <Cell label="Admitted">{countText(counts?.y ?? facts.admitted)}</Cell>
      <Cell label="Denied">{countText(counts?.n ?? facts.denied)}</Cell>
      <Cell label="No answer">{countText(counts?.x ?? facts.failed)}</Cell>
      <Cell
        label="Decision, p50 / p99"
        note={decisionMs ? `${countText(decisionMs.samples)} ${decisionMs.samples === 1 ? "sample" : "samples"}` : ""}
      >
        {decisionMs ? `${msText(decisionMs.p50)} / ${msText(decisionMs.p99)} ms` : "–"}
      </Cell>
      <Cell label="Commands per decision">
        {commandsPerDecision === null ? "–" : numberText(commandsPerDecision, 2)}
      </Cell>
      <Cell
        label="Bytes per key, at most"
        note={bytesPerKey === null ? "" : keys === 1 ? "of 1 key" : `mean of ${countText(keys)} keys`}
      >
        {bytesPerKey === null ? "–" : `${countText(bytesPerKey)} B`}
      </Cell>
      <td data-holds={holds === null ? "unknown" : String(holds)} className="compare-verdict">
        <strong className={`font-semibold ${holds === false ? "text-deny" : ""}`}>
          {holds === null ? "Not judged yet." : holds ? "Holds." : "Broken."}
        </strong>{" "}
        {verdict}
        <span className="stage-small mt-0.5 block">{invariant}</span>
      </td>
    </tr>
  );
}

/** The label is seen where the columns' heads are not. */
function Cell({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <td data-label={label}>
      {children}
      {note !== undefined && <span className="stage-small block">{note || "\u00a0"}</span>}
    </td>
  );
}
