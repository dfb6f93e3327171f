"use client";

import { Fragment, type ReactElement } from "react";
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from "recharts";

interface Axis {
  from: number;
  to: number;
  ticks: readonly number[];
  text(value: number): string;
  /** Its room beside the lines, px; 0: it is not drawn. */
  size: number;
  /** Between the lines and its labels, px. */
  gap?: number;
  scale?: "linear" | "log";
}

export interface TimeLine {
  key: string;
  /** A CSS colour. */
  colour: string;
  /** Null: there is nothing here, and the line has a gap. */
  points: readonly { x: number; y: number | null }[];
  /** Drawn on some of the points, besides the line. */
  mark?: (point: number, px: { x: number; y: number }) => ReactElement | null;
  /** Steps back behind the others. */
  isFaint?: boolean;
}

interface Props {
  width: number;
  height: number;
  scale: number;
  /** px beyond lines and axes. */
  margin: { top: number; right: number; bottom: number };
  x: Axis;
  y: Axis;
  lines: readonly TimeLine[];
  /** A line across all others, with its name over it. */
  moment?: { x: number; label: string } | null;
  /** Points may lie outside the axes: what is outside is cut off. */
  clip?: boolean;
}

/** Lines over time, drawn by Recharts: always behind a lazy import. */
export function TimeLines({ width, height, scale, margin, x, y, lines, moment = null, clip = false }: Props) {
  const tick = { fontSize: 12 * (scale > 1 ? 1.5 : 1), fill: "var(--soft)" };
  return (
    <LineChart width={width} height={height} margin={{ ...margin, left: 0 }} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--hair)" />
      <XAxis
        dataKey="x"
        type="number"
        domain={[x.from, x.to]}
        ticks={x.ticks}
        tickFormatter={x.text}
        tick={tick}
        tickLine={false}
        axisLine={false}
        height={x.size}
        tickMargin={x.gap ?? 2}
        hide={x.size === 0}
        allowDataOverflow={clip}
        interval={0}
      />
      <YAxis
        type="number"
        domain={[y.from, y.to]}
        scale={y.scale ?? "linear"}
        ticks={y.ticks}
        tickFormatter={y.text}
        tick={tick}
        tickLine={false}
        axisLine={false}
        width={y.size}
        allowDataOverflow={clip}
        interval={0}
      />
      {moment && (
        <ReferenceLine
          x={moment.x}
          stroke="var(--ink)"
          strokeDasharray="2 3"
          label={{ value: moment.label, position: "top", ...tick, fill: "var(--ink)" }}
        />
      )}
      {lines.map(({ key, colour, points, mark, isFaint }) => (
        <Line
          key={key}
          data={points}
          dataKey="y"
          stroke={colour}
          strokeWidth={2 * Math.min(1.5, scale)}
          strokeOpacity={isFaint ? 0.25 : 1}
          dot={
            mark
              ? ({ cx = 0, cy = 0, index }) => <Fragment key={index}>{mark(index, { x: cx, y: cy })}</Fragment>
              : false
          }
          activeDot={false}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
}
