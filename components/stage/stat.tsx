"use client";

import type { StatPanel } from "@/lib/contract";
import { WarningSign } from "./lane-marks";
import { Twin } from "./twin";

const tableOf = (panel: StatPanel) => ({
  caption: panel.title,
  head: ["what", "value"],
  rows: panel.items.map(({ label, value, unit, alarm }) => [
    label,
    [value, unit, alarm ? "(alarm)" : null].filter(Boolean).join(" "),
  ]),
});

/** A few numbers, large, in columns of equal width: three to a row where the screen is narrow. */
export function Stat({ panel }: { panel: StatPanel }) {
  return (
    <figure>
      <figcaption className="sr-only">{panel.title}</figcaption>
      <dl className="grid auto-cols-fr grid-flow-col gap-4 max-md:grid-flow-row max-md:grid-cols-3">
        {panel.items.map(({ label, value, unit, alarm }) => (
          <div key={label} className="flex min-w-0 flex-col-reverse justify-end">
            <dt className="stage-small mt-0.5">{label}</dt>
            <dd className="stage-number truncate" style={alarm ? { color: "var(--deny)" } : undefined}>
              {value}
              {alarm && (
                <svg
                  role="img"
                  aria-label="alarm"
                  className="ml-2 inline"
                  width="0.8em"
                  height="0.8em"
                  viewBox="-7 -7 14 14"
                >
                  <WarningSign r={5.4} />
                </svg>
              )}
              {unit && <span className="stage-small ml-1 font-normal tracking-normal">{unit}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}
