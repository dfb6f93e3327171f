"use client";

import { memo, useState } from "react";
import type { LaneMark, LanesPanel } from "@/lib/contract";
import { actorHue, actorShape, shapePath } from "../run/actors";
import { countText } from "../run/format";
import { useSession, useSize } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";
import { LaneLegend } from "./lane-legend";
import { ages, ageText, roomFor, timeToX } from "./scale";
import { Twin } from "./twin";

const AXIS_PX = 26;
/** Room over the first lane for the counts of its marks. */
const HEAD_PX = 8;
/** Above the line what was admitted, below it what was not: at one moment both may happen. Share of a lane's height. */
const RISE: Record<LaneMark["outcome"], number> = { yes: -0.19, no: 0.21, redis: 0 };
/** Marks are placed on a sheet that starts at a fixed time and only the sheet moves: what stands still is not drawn again. */
const SHEET_US = 60_000_000;

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
  const sheetUs = Math.floor(nowUs / SHEET_US) * SHEET_US;
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
              <button
                type="button"
                aria-pressed={session.focus === actor}
                aria-label={`Show ${actor}`}
                title={`Show ${actor}`}
                onClick={() => session.setFocus(session.focus === actor ? null : actor)}
                className="stage-text flex min-w-0 items-center gap-2 rounded-sm pr-2 font-medium aria-pressed:underline aria-pressed:underline-offset-4"
                style={{ color: actorHue(actors.get(actor)?.index) }}
              >
                <ActorMark index={actors.get(actor)?.index} size={Math.round(12 * scale)} />
                <span className="truncate">{actor}</span>
              </button>
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
                {panel.lanes.map(({ actor, marks }, i) => {
                  const xs = marks.map(({ atUs }) => ((atUs - sheetUs) / (panel.spanMs * 1000)) * width);
                  const roomOf = (outcome: LaneMark["outcome"]) =>
                    roomFor(
                      marks.map((mark, m) =>
                        mark.outcome === outcome
                          ? { x: xs[m] ?? 0, widthPx: mark.count > 1 ? labelPx(mark.count) * scale : 0 }
                          : null,
                      ),
                    );
                  const labelled = { yes: roomOf("yes"), no: roomOf("no"), redis: [] };
                  return marks.map((mark, m) => (
                    <Mark
                      key={`${actor}.${mark.id}`}
                      x={xs[m] ?? 0}
                      y={middle(i) + RISE[mark.outcome] * rowPx}
                      r={5.4 * scale}
                      index={actors.get(actor)?.index}
                      outcome={mark.outcome}
                      count={mark.count}
                      labelled={labelled[mark.outcome][m] ?? false}
                      text={mark.text}
                      fresh={nowUs - mark.atUs < 300_000}
                    />
                  ));
                })}
              </g>
            </svg>
          )}
        </div>
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

/** From the middle of a mark to the end of its count. */
const labelPx = (count: number) => 14 + 7 * countText(count).length;

interface MarkProps {
  x: number;
  y: number;
  r: number;
  index: number | undefined;
  outcome: LaneMark["outcome"];
  count: number;
  labelled: boolean;
  text: string;
  fresh: boolean;
}

const Mark = memo(
  function Mark({ x, y, r, index, outcome, count, labelled, text, fresh }: MarkProps) {
    const [arrive] = useState(fresh);
    const size = count > 1 ? r * Math.min(1.5, 1 + Math.log10(count) / 3) : r;
    return (
      <g transform={`translate(${x.toFixed(2)} ${y})`}>
        <g className={arrive ? "arrive" : undefined}>
          <title>{text}</title>
          {outcome === "redis" && <path d={`M0 ${-r * 1.9}V${r * 1.9}`} stroke="var(--edge)" strokeWidth={1.2} />}
          {outcome === "yes" && <path d={shapePath(actorShape(index), size)} fill={actorHue(index)} />}
          {outcome === "no" && (
            <path
              d={`${shapePath("circle", size)}M${-size / 2} ${-size / 2}l${size} ${size}M${size / 2} ${-size / 2}l${-size} ${size}`}
              fill="var(--bg)"
              stroke="var(--deny)"
              strokeWidth={r / 3}
            />
          )}
          {labelled && (
            <text x={size + r * 0.5} y={r * 0.72} fontSize={r * 2.1} fill="var(--soft)">
              {countText(count)}
            </text>
          )}
        </g>
      </g>
    );
  },
  (a, b) =>
    a.x === b.x &&
    a.y === b.y &&
    a.r === b.r &&
    a.index === b.index &&
    a.outcome === b.outcome &&
    a.count === b.count &&
    a.labelled === b.labelled &&
    a.text === b.text,
);
