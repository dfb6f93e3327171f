"use client";

import { memo, useState } from "react";
import type { LaneMark } from "@/lib/contract";
import { actorHue, actorShape, shapePath } from "../run/actors";
import { countText } from "../run/format";
import { roomFor } from "./scale";

/** Above the line what was admitted, below it what was not: at one moment both may happen. Share of a lane's height. */
export const RISE: Record<LaneMark["outcome"], number> = { yes: -0.19, wrong: -0.19, no: 0.21, redis: 0 };

/** The marks of one actor, on a sheet that moves as a whole: what stands still is not drawn again. */
export function LaneMarks({
  marks,
  index,
  xOf,
  y,
  rowPx,
  scale,
  nowUs,
}: {
  marks: LaneMark[];
  index: number | undefined;
  xOf: (atUs: number) => number;
  /** Of the lane's line. */
  y: number;
  rowPx: number;
  scale: number;
  nowUs: number;
}) {
  const xs = marks.map(({ atUs }) => xOf(atUs));
  const roomOf = (outcome: LaneMark["outcome"]) =>
    roomFor(
      marks.map((mark, m) =>
        mark.outcome === outcome ? { x: xs[m] ?? 0, widthPx: mark.count > 1 ? labelPx(mark.count) * scale : 0 } : null,
      ),
    );
  const labelled = { yes: roomOf("yes"), wrong: roomOf("wrong"), no: roomOf("no"), redis: [] };
  return marks.map((mark, m) => (
    <Mark
      key={mark.id}
      x={xs[m] ?? 0}
      y={y + RISE[mark.outcome] * rowPx}
      r={5.4 * scale}
      index={index}
      outcome={mark.outcome}
      count={mark.count}
      labelled={labelled[mark.outcome][m] ?? false}
      text={mark.text}
      fresh={nowUs - mark.atUs < 300_000}
    />
  ));
}

/** Let through, and should not have been: told by its form as well as by its colour. */
export function WarningSign({ r }: { r: number }) {
  return (
    <>
      <path
        d={shapePath("triangle", r)}
        fill="var(--deny)"
        stroke="var(--deny)"
        strokeWidth={r / 4}
        strokeLinejoin="round"
      />
      <path
        d={`M0 ${-r * 0.55}V${r * 0.2}M0 ${r * 0.52}V${r * 0.58}`}
        stroke="var(--bg)"
        strokeWidth={r / 3.4}
        strokeLinecap="round"
      />
    </>
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
          {outcome === "wrong" && <WarningSign r={size * 1.35} />}
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
