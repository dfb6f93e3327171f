"use client";

import type { ReactNode } from "react";
import type { LatencyFacts } from "@/lib/contract";
import { countText, msText } from "../run/format";
import type { VariantName } from "./variants";

interface FactsCell {
  text: string;
  /** Under it, small. Empty: its place is kept. */
  note?: string;
}

export interface FactsRow {
  key: string;
  name: VariantName;
  /** One per column. */
  cells: FactsCell[];
  /** A cell of its own kind at the end. */
  last?: ReactNode;
}

interface Props {
  /** What the rows are, in the singular. */
  first: string;
  columns: readonly string[];
  /** The head over the rows' `last`. */
  last?: string;
  rows: FactsRow[];
  /** Beside the heading. */
  aside?: ReactNode;
  className: string;
  /** Beside a row's name. */
  mark?: (i: number) => ReactNode;
}

/** What each of them did, in numbers: a table, which on a narrow window is a list of its rows. */
export function Facts({ first, columns, last, rows, aside, className, mark }: Props) {
  return (
    <section aria-labelledby="facts-heading" className="mt-7">
      <div className="flex items-baseline justify-between gap-6">
        <h2 id="facts-heading" className="stage-text font-semibold">
          Side by side
        </h2>
        {aside}
      </div>
      <table className={`compare-facts stage-text mt-2 w-full ${className}`}>
        <caption className="sr-only">Side by side</caption>
        <thead className="stage-small">
          <tr>
            {[first, ...columns, ...(last === undefined ? [] : [last])].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, cells, last: end }, i) => (
            <tr key={key}>
              <th scope="row" className="font-semibold">
                {mark && <span className="mr-[0.4em]">{mark(i)}</span>}
                {name.pattern}
                <span className="stage-small block font-normal">
                  <span className="sr-only">, </span>
                  {name.variant}
                </span>
              </th>
              {cells.map(({ text, note }, column) => (
                // The label is seen where the columns' heads are not.
                <td key={columns[column]} data-label={columns[column]}>
                  {text}
                  {note !== undefined && <span className="stage-small block">{note || "\u00a0"}</span>}
                </td>
              ))}
              {end}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function latencyCell(ms: LatencyFacts | null): FactsCell {
  if (!ms) return { text: "–", note: "" };
  return {
    text: `${msText(ms.p50)} / ${msText(ms.p99)} ms`,
    note: `${countText(ms.samples)} ${ms.samples === 1 ? "sample" : "samples"}`,
  };
}

/** "Holds." or "Broken.", and why. */
export function Judgement({ holds, verdict }: { holds: boolean | null; verdict: string }) {
  return (
    <>
      <strong className={`font-semibold ${holds === false ? "text-deny" : ""}`}>
        {holds === null ? "Not judged yet." : holds ? "Holds." : "Broken."}
      </strong>{" "}
      {verdict}
    </>
  );
}
