"use client";

import type { StatPanel } from "@/lib/contract";
import { Twin } from "./twin";

const tableOf = (panel: StatPanel) => ({
  caption: panel.title,
  head: ["what", "value"],
  rows: panel.items.map(({ label, value, unit }) => [label, unit ? `${value} ${unit}` : value]),
});

/** A few numbers, large, in columns of equal width. */
export function Stat({ panel }: { panel: StatPanel }) {
  return (
    <figure>
      <figcaption className="sr-only">{panel.title}</figcaption>
      <dl className="grid auto-cols-fr grid-flow-col gap-4">
        {panel.items.map(({ label, value, unit }) => (
          <div key={label} className="flex min-w-0 flex-col-reverse justify-end">
            <dt className="stage-small mt-0.5">{label}</dt>
            <dd className="stage-number truncate">
              {value}
              {unit && <span className="stage-small ml-1 font-normal tracking-normal">{unit}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}
