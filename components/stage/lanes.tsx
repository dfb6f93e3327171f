"use client";

import type { LaneMark, LanesPanel } from "@/lib/contract";
import { useSession, useSize } from "../run/hooks";
import { ActorButton } from "./actor-button";
import { LaneLegend } from "./lane-legend";
import { LaneMarks } from "./lane-marks";
import { ages, ageText, sheetStart, timeToX } from "./scale";
import { Twin } from "./twin";

const AXIS_PX = 26;
/** Room over the first lane for the counts of its marks. */
const HEAD_PX = 8;
const tableOf = (panel: LanesPanel) => ({
  caption: panel.title,
  head: ["actor", "yes", "no", "by Redis", "latest"],
  rows: panel.lanes.map(({ actor, marks }) => {
    const count = (outcome: LaneMark["outcome"]) =>
      String(marks.reduce((sum, mark) => sum + (mark.outcome === outcome ? mark.count : 0), 0));
    return [actor, count("yes"), count("no"), count("redis"), marks.at(-1)?.text ?? ""];
  }),
});

/** Actors × time: what each did, when, and what came of it. */
export function Lanes({ panel, nowUs, scale }: { panel: LanesPanel; nowUs: number; scale: number }) {
  const session = useSession();
  const { actors } = session.store.facts;
  const [ref, { width: room }] = useSize<HTMLDivElement>();
  // Half a mark of room at the right edge, so that what happens now is not cut.
  const width = room - 8 * scale;
  const rowPx = Math.round((panel.lanes.length > 5 ? 28 : 36) * scale);
  const head = HEAD_PX * scale;
  const middle = (lane: number) => head + (lane + 0.5) * rowPx;
  const bottom = head + panel.lanes.length * rowPx;
  const sheetUs = sheetStart(nowUs);
  return (
    <figure>
      <figcaption className="stage-small mb-1 flex flex-wrap items-center justify-between gap-x-6">
        <span className="font-semibold">{panel.title}</span>
        <LaneLegend legend={panel.legend} />
      </figcaption>
      <div className="flex">
        <ul className="w-[104px] shrink-0 present:w-[190px]" style={{ paddingTop: head }}>
          {panel.lanes.map(({ actor }) => (
            <li key={actor} style={{ height: rowPx }} className="flex items-center">
              <ActorButton actor={actor} scale={scale} />
            </li>
          ))}
        </ul>
        <div ref={ref} className="min-w-0 flex-1 overflow-hidden">
          {width > 0 && (
            <svg aria-hidden="true" width={room} height={bottom + AXIS_PX * scale} className="block">
              {panel.lanes.map(({ actor }, i) => (
                <line key={actor} x2={width} y1={middle(i)} y2={middle(i)} stroke="var(--hair)" />
              ))}
              {ages(panel.spanMs, width / scale > 500 ? 6 : 3).map((age) => {
                const x = timeToX(nowUs - age * 1000, nowUs, panel.spanMs, width);
                const anchor = age === 0 ? "end" : x < 24 ? "start" : "middle";
                return (
                  <text key={age} x={x} y={bottom + 17 * scale} textAnchor={anchor} className="stage-small">
                    {ageText(age)}
                  </text>
                );
              })}
              <line x1={width - 0.5} x2={width - 0.5} y2={bottom} stroke="var(--edge)" />
              <g transform={`translate(${timeToX(sheetUs, nowUs, panel.spanMs, width).toFixed(2)} 0)`}>
                {panel.lanes.map(({ actor, marks }, i) => (
                  <LaneMarks
                    key={actor}
                    marks={marks}
                    index={actors.get(actor)?.index}
                    xOf={(atUs) => ((atUs - sheetUs) / (panel.spanMs * 1000)) * width}
                    y={middle(i)}
                    rowPx={rowPx}
                    scale={scale}
                    nowUs={nowUs}
                  />
                ))}
              </g>
            </svg>
          )}
        </div>
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}
