"use client";

import type { WindowRow, WindowsPanel } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { useSession, useSize } from "../run/hooks";
import { ActorButton } from "./actor-button";
import { LaneLegend } from "./lane-legend";
import { LaneMarks, RISE } from "./lane-marks";
import { ages, ageText, levelText, sheetStart } from "./scale";
import { Twin } from "./twin";
import { WindowFrames } from "./window-frames";
import { WindowGauge } from "./window-gauge";

const AXIS_PX = 24;
const LABEL_PX = 18;

const tableOf = (panel: WindowsPanel) => ({
  caption: panel.title,
  head: ["client", "in use", "limit", "what is in use", "next", "windows", "admitted", "denied", "key"],
  rows: panel.rows.map(({ actor, used, usedText, next, frames, marks, caption }) => {
    const count = (outcome: "yes" | "no") =>
      String(marks.reduce((sum, mark) => sum + (mark.outcome === outcome ? mark.count : 0), 0));
    const windows = frames.map(({ label }) => label).join("; ");
    return [actor, levelText(used), String(panel.limit), usedText, next, windows, count("yes"), count("no"), caption];
  }),
});

/** Windows of time over dots: per client how full its window is, what is in it, and what leaves it next. */
export function Windows({ panel, nowUs, scale }: { panel: WindowsPanel; nowUs: number; scale: number }) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const few = panel.rows.length <= 3;
  const rowPx = Math.round((panel.rows.length === 1 ? 120 : few ? 68 : 40) * scale);
  return (
    <figure>
      <figcaption className="stage-small mb-3 flex flex-wrap items-center justify-between gap-x-6">
        <span className="font-semibold">{panel.title}</span>
        <LaneLegend legend={panel.legend} />
      </figcaption>
      <div ref={ref} className="flex flex-col gap-3 overflow-hidden present:gap-5">
        {panel.rows.map((row, i) => (
          <section key={row.actor} aria-label={row.actor ? `Window of ${row.actor}` : "An empty window"}>
            <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
              {row.actor && <ActorButton actor={row.actor} scale={scale} />}
              <WindowGauge row={row} limit={panel.limit} scale={scale} />
              <span className="stage-text ml-auto tabular-nums">{row.next}</span>
            </div>
            {width > 0 && (
              <Row
                panel={panel}
                row={row}
                nowUs={nowUs}
                width={width}
                rowPx={rowPx}
                scale={scale}
                axis={i === panel.rows.length - 1}
              />
            )}
            {few && <p className="stage-small [overflow-wrap:anywhere]">{row.caption}</p>}
          </section>
        ))}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

function Row({
  panel,
  row,
  nowUs,
  width,
  rowPx,
  scale,
  axis,
}: {
  panel: WindowsPanel;
  row: WindowRow;
  nowUs: number;
  width: number;
  rowPx: number;
  scale: number;
  axis: boolean;
}) {
  const index = useSession().store.facts.actors.get(row.actor)?.index;
  const spanUs = (panel.pastMs + panel.futureMs) * 1000;
  // Half a mark of room at the right edge, so that what happens now is not cut.
  const plot = width - 8 * scale;
  const [fromUs, sheetUs] = [nowUs - panel.pastMs * 1000, sheetStart(nowUs)];
  const xOf = (atUs: number) => ((atUs - fromUs) / spanUs) * plot;
  const top = LABEL_PX * scale;
  const bottom = top + rowPx;
  const most = width / scale > 500 ? 6 : 3;
  const middle = top + rowPx / 2;
  const marksPx = Math.min(rowPx, 54 * scale);
  const ticks = axis ? ages(panel.pastMs, most, panel.futureMs) : [];
  return (
    <svg aria-hidden="true" width={width} height={bottom + (axis ? AXIS_PX * scale : 4)} className="block">
      <WindowFrames
        frames={row.frames}
        xOf={xOf}
        top={top}
        bottom={bottom}
        width={plot}
        hue={actorHue(index)}
        scale={scale}
      />
      <line x2={plot} y1={middle} y2={middle} stroke="var(--hair)" />
      <line x1={xOf(nowUs)} x2={xOf(nowUs)} y1={top - 4} y2={bottom} stroke="var(--edge)" />
      {row.leavingUs !== null && (
        <Leaving
          x={xOf(row.leavingUs)}
          edge={xOf(row.frames[0]?.fromUs ?? nowUs)}
          y={middle + RISE.yes * marksPx}
          r={9 * scale}
        />
      )}
      <g transform={`translate(${xOf(sheetUs).toFixed(2)} 0)`}>
        <LaneMarks
          marks={row.marks}
          index={index}
          xOf={(atUs) => ((atUs - sheetUs) / spanUs) * plot}
          y={middle}
          rowPx={marksPx}
          scale={scale}
          nowUs={nowUs}
        />
      </g>
      {ticks.map((age) => {
        const x = xOf(nowUs - age * 1000);
        const anchor = x > plot - 20 ? "end" : x < 24 ? "start" : "middle";
        return (
          <text key={age} x={x} y={bottom + 16 * scale} textAnchor={anchor} className="stage-small">
            {ageText(age)}
          </text>
        );
      })}
    </svg>
  );
}

/** From what leaves next to the edge at which it leaves. */
function Leaving({ x, edge, y, r }: { x: number; edge: number; y: number; r: number }) {
  if (x <= edge) return null;
  return (
    <path
      d={`M${x.toFixed(1)} ${y}H${edge.toFixed(1)}m${r * 0.6} ${-r * 0.45}l${-r * 0.6} ${r * 0.45}l${r * 0.6} ${r * 0.45}`}
      fill="none"
      stroke="var(--ink)"
      strokeWidth={1.4}
      strokeDasharray="4 3"
    />
  );
}
