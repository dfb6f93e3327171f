"use client";

import { memo } from "react";
import { actorHue, actorShape, shapePath } from "../run/actors";
import { axisStep } from "../stage/scale";
import { type TimeLine, TimeLines } from "../stage/time-lines";
import type { Chart } from "./geometry";
import type { History, Measure } from "./measures";

interface Props {
  measure: Measure;
  levels: readonly number[];
  history: History | null;
  /** Of each strategy's hue and shape. */
  marks: readonly number[];
  /** Number of the strategy whose line stands out; null: none does. */
  focus: number | null;
  seconds: number;
  killAt: number | null;
  chart: Chart;
  /** The axis of time is drawn under the last chart only. */
  withTime: boolean;
}

/** Without any line Recharts draws no axis either. */
const unseenLine = (y: number): TimeLine => ({ key: "", colour: "none", points: [{ x: 0, y }] });

/** A line bears its shape so often at the most: more would be a chain. */
const MARKS = 12;

/** The Recharts half of a row, loaded lazily; its scales are `geometry.ts`'. */
export const HistoryChart = memo(function HistoryChart(props: Props) {
  const { measure, levels, history, marks, focus, seconds, killAt, chart, withTime } = props;
  const { scale } = chart;
  const step = axisStep(seconds, Math.max(2, Math.floor(chart.plotWidth / (60 * scale))));
  return (
    <TimeLines
      width={chart.width}
      height={chart.height + (withTime ? chart.timeHeight : 0)}
      scale={scale}
      margin={{ top: chart.top, right: chart.right, bottom: withTime ? 0 : chart.bottom }}
      x={{
        from: 0,
        to: seconds,
        ticks: Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, i) => i * step),
        text: (s) => `${Number(s.toFixed(1))} s`,
        size: withTime ? chart.timeHeight + chart.bottom : 0,
        gap: chart.bottom,
      }}
      y={{
        from: levels[0] ?? 0,
        to: levels.at(-1) ?? 1,
        ticks: levels,
        text: measure.text,
        size: chart.levelWidth,
        scale: measure.scale,
      }}
      lines={history ? linesOf(history, marks, focus, scale) : [unseenLine(levels[0] ?? 0)]}
      moment={killAt === null ? null : { x: killAt, label: "kill -9" }}
    />
  );
});

/** The one that stands out comes last: over all others. */
function linesOf({ atS, values }: History, marks: readonly number[], focus: number | null, scale: number): TimeLine[] {
  const every = Math.max(values.length, Math.ceil(atS.length / MARKS));
  const lines = values.map((of, i): TimeLine => {
    const index = marks[i];
    const path = shapePath(actorShape(index), 3.8 * scale);
    const isAlone = (n: number) => (of[n - 1] ?? null) === null && (of[n + 1] ?? null) === null;
    // Each line bears its marks elsewhere than the others, so that lines that coincide can be told apart.
    const isMarked = (n: number) => (n + Math.floor((i * every) / values.length)) % every === 0;
    return {
      key: `${i} ${index}`,
      colour: actorHue(index),
      isFaint: focus !== null && focus !== i,
      points: atS.map((x, n) => ({ x, y: of[n] ?? null })),
      mark: (n, { x, y }) =>
        of[n] !== null && of[n] !== undefined && (isMarked(n) || isAlone(n)) ? (
          <path
            d={path}
            transform={`translate(${x} ${y})`}
            fill={actorHue(index)}
            stroke="var(--bg)"
            strokeWidth={scale}
            opacity={focus !== null && focus !== i ? 0.25 : 1}
          />
        ) : null,
    };
  });
  return focus === null ? lines : [...lines.filter((_, i) => i !== focus), ...lines.filter((_, i) => i === focus)];
}
