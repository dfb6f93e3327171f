"use client";

import type { LaneMark, LeaseRow, LeasesPanel, NodeTone } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { useSession, useSize } from "../run/hooks";
import { ActorButton } from "./actor-button";
import { LaneLegend } from "./lane-legend";
import { LaneMarks, WarningSign } from "./lane-marks";
import { LeaseBars } from "./lease-bars";
import { ages, ageText, sheetStart } from "./scale";
import { Twin } from "./twin";

const AXIS_PX = 26;
const TONE: Record<NodeTone, string | undefined> = {
  plain: "var(--soft)",
  good: undefined,
  bad: "var(--deny)",
  off: "var(--soft)",
};

const tableOf = (panel: LeasesPanel) => ({
  caption: panel.alarm ? `${panel.title}. ${panel.alarm}` : panel.title,
  head: ["owner", "now", "leases", "accepted", "accepted and should not have been", "rejected", "latest"],
  rows: panel.rows.map(({ actor, state, bars, marks }) => {
    const count = (outcome: LaneMark["outcome"]) =>
      String(marks.reduce((sum, mark) => sum + (mark.outcome === outcome ? mark.count : 0), 0));
    const leases = bars.map(({ label, end, renewedUs }) =>
      [`${label}: ${end}`, renewedUs.length ? `renewed ${renewedUs.length} times` : ""].filter(Boolean).join(", "),
    );
    return [actor, state, leases.join("; "), count("yes"), count("wrong"), count("no"), marks.at(-1)?.text ?? ""];
  }),
});

/** What the forms mean that are on the screen now. */
function hintsFor(rows: readonly LeaseRow[]): string[] {
  const bars = rows.flatMap((row) => row.bars);
  return [
    ...(rows.some(({ waits }) => waits.length) ? ["dotted: waits"] : []),
    ...(bars.some(({ renewedUs }) => renewedUs.length) ? ["▴ renewed"] : []),
    ...(rows.some(({ pauses }) => pauses.length) ? ["hatched: stands still"] : []),
    ...(bars.some(({ believedUs }) => believedUs !== null) ? ["dashed: over, and its owner does not know"] : []),
  ];
}

/** px of a row, and of the bars in it. */
function heights({ compact, rows }: LeasesPanel): [number, number] {
  if (compact) return [30, 17];
  const rowPx = rows.length > 5 ? 46 : rows.length > 3 ? 60 : 84;
  return [rowPx, rowPx * 0.4];
}

/** Owners × time: how long each one's lease lasts by Redis' clock, how long its owner believes in it, and what the row said. */
export function Leases({ panel, nowUs, scale }: { panel: LeasesPanel; nowUs: number; scale: number }) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const plot = width - 8 * scale;
  const [rowPx, barPx] = heights(panel).map((px) => Math.round(px * scale)) as [number, number];
  const spanUs = (panel.pastMs + panel.futureMs) * 1000;
  const xOf = (atUs: number) => ((atUs - nowUs + panel.pastMs * 1000) / spanUs) * plot;
  const bottom = panel.rows.length * rowPx;
  const hints = hintsFor(panel.rows).join(" · ");
  const ticks = ages(panel.pastMs, width / scale > 500 ? 6 : 3, panel.futureMs);
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-center justify-end gap-x-6 gap-y-1 max-md:justify-start">
        <span className="mr-auto font-semibold max-md:w-full">{panel.title}</span>
        {panel.alarm && (
          <span className="stage-text mr-auto flex items-center gap-2 font-semibold text-deny">
            <svg aria-hidden="true" width="1.1em" height="1.1em" viewBox="-7 -7 14 14">
              <WarningSign r={5} />
            </svg>
            {panel.alarm}
          </span>
        )}
        <LaneLegend legend={panel.legend} />
        {hints && <span>{hints}</span>}
      </figcaption>
      <div className="flex">
        <ul className="w-[172px] shrink-0 present:w-[290px]">
          {panel.rows.map(({ actor, state, tone }) => (
            <li key={actor} style={{ height: rowPx }} className="flex flex-col justify-center pr-3">
              <ActorButton actor={actor} scale={scale} />
              {!panel.compact && (
                <span className="stage-small tabular-nums" style={{ color: TONE[tone] }}>
                  {state}
                </span>
              )}
            </li>
          ))}
        </ul>
        <div ref={ref} className="min-w-0 flex-1 overflow-hidden">
          {width > 0 && panel.rows.length > 0 && (
            <svg aria-hidden="true" width={width} height={bottom + AXIS_PX * scale} className="block">
              <defs>
                <pattern
                  id="stands-still"
                  width="7"
                  height="7"
                  patternUnits="userSpaceOnUse"
                  patternTransform="rotate(45)"
                >
                  <rect width="2.4" height="7" fill="var(--edge)" opacity="0.6" />
                </pattern>
              </defs>
              {panel.rows.map((row, i) => (
                <Row
                  key={row.actor}
                  row={row}
                  top={i * rowPx}
                  {...{ panel, nowUs, xOf, plot, spanUs, rowPx, barPx, scale }}
                />
              ))}
              <line x1={xOf(nowUs)} x2={xOf(nowUs)} y2={bottom} stroke="var(--edge)" />
              {ticks.map((age) => {
                const x = xOf(nowUs - age * 1000);
                const anchor = x > plot - 20 ? "end" : x < 24 ? "start" : "middle";
                return (
                  <text key={age} x={x} y={bottom + 17 * scale} textAnchor={anchor} className="stage-small">
                    {ageText(age)}
                  </text>
                );
              })}
            </svg>
          )}
        </div>
      </div>
      {panel.rows.length === 0 && <p className="stage-text py-6 text-soft">Nobody has asked for it yet.</p>}
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

interface RowProps {
  panel: LeasesPanel;
  row: LeaseRow;
  nowUs: number;
  xOf: (atUs: number) => number;
  /** Width of the time axis, px. */
  plot: number;
  spanUs: number;
  top: number;
  rowPx: number;
  barPx: number;
  scale: number;
}

function Row({ panel, row, nowUs, xOf, plot, spanUs, top, rowPx, barPx, scale }: RowProps) {
  const index = useSession().store.facts.actors.get(row.actor)?.index;
  const middle = top + rowPx / 2;
  const sheetUs = sheetStart(nowUs);
  return (
    <g>
      <line x2={plot} y1={middle} y2={middle} stroke="var(--hair)" />
      <LeaseBars
        row={row}
        nowUs={nowUs}
        xOf={xOf}
        width={plot}
        middle={middle}
        barPx={barPx}
        hue={actorHue(index)}
        scale={scale}
      />
      <g transform={`translate(${xOf(sheetUs).toFixed(2)} 0)`}>
        <LaneMarks
          marks={row.marks}
          index={index}
          xOf={(atUs) => ((atUs - sheetUs) / spanUs) * plot}
          y={middle}
          // Marks stand at the bar's edges, where its label is not, and within their row.
          rowPx={panel.compact ? rowPx : rowPx * 1.5}
          scale={scale}
          nowUs={nowUs}
        />
      </g>
    </g>
  );
}
