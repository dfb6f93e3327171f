"use client";

import type { VariantName } from "../side-by-side/variants";
import { type Geometry, xOf } from "./geometry";
import { usePointedAt, useWorkload } from "./hooks";
import { type MeasuredHistory, momentText } from "./measures";

interface Props {
  rows: readonly MeasuredHistory[];
  strategies: readonly (VariantName & { short: string })[];
  geometry: Geometry;
  seconds: number;
}

/** What is pointed at: a line through all charts, to look at; the values there, to listen to. */
export function Moment({ rows, strategies, geometry, seconds }: Props) {
  const at = usePointedAt(useWorkload());
  const history = rows[0]?.history;
  const atS = at === null ? undefined : history?.atS[at];
  const isThere = at !== null && atS !== undefined;
  const names = strategies.map(({ short }) => short);
  return (
    <>
      <p role="status" aria-label="Moment" className="sr-only">
        {isThere && momentText(rows, names, at)}
      </p>
      {isThere && (
        <div
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 border-l border-ink"
          style={{ left: xOf(geometry, atS, seconds) }}
        >
          <span className="stage-small absolute bottom-0 -translate-x-1/2 bg-bg px-1 font-semibold whitespace-nowrap text-ink">
            {history?.labels[at]}
          </span>
        </div>
      )}
    </>
  );
}
