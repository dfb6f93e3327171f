"use client";

import { useMemo } from "react";
import { useSampled } from "../run/hooks";

export interface TwinTable {
  caption: string;
  head: string[];
  rows: string[][];
}

/** A panel as a table, for screen readers and tests: not seen, brought up to date at most twice a second. */
export function Twin<P>({ panel, table }: { panel: P; table: (panel: P) => TwinTable }) {
  const shown = useSampled(panel, 500);
  // The same element while its panel is: pictures come far more often.
  return useMemo(() => <Table {...table(shown)} />, [shown, table]);
}

function Table({ caption, head, rows }: TwinTable) {
  return (
    // A table that is clipped itself still takes its width, and the page would scroll sideways.
    <div className="sr-only">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(" ")}>
              {row.map((cell, i) => (
                <td key={head[i]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
