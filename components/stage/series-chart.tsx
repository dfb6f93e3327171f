"use client";

import { memo } from "react";
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from "recharts";
import type { SeriesPanel } from "@/lib/contract";
import { actorHue } from "../run/actors";
import type { RunFacts } from "../run/facts";
import { numberText } from "../run/format";
import { ages, ageText, axisStep } from "./scale";

interface Props {
  panel: SeriesPanel;
  nowUs: number;
  width: number;
  height: number;
  scale: number;
  actors: RunFacts["actors"];
}

/** The Recharts half of `Series`, loaded lazily. Times are turned into seconds before now. */
export const SeriesChart = memo(function SeriesChart({ panel, nowUs, width, height, scale, actors }: Props) {
  const spanS = panel.spanMs / 1000;
  const step = axisStep(panel.max, 4);
  const levels = Array.from({ length: Math.floor(panel.max / step + 1e-9) + 1 }, (_, i) => i * step);
  const tick = { fontSize: 12 * (scale > 1 ? 1.5 : 1), fill: "var(--soft)" };
  return (
    <LineChart
      width={width}
      height={height}
      margin={{ top: 6 * scale, right: 14 * scale, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--hair)" />
      <XAxis
        dataKey="s"
        type="number"
        domain={[-spanS, 0]}
        ticks={ages(panel.spanMs, 3).map((age) => -age / 1000)}
        tickFormatter={(s: number) => ageText(Math.round(-s * 1000))}
        tick={tick}
        tickLine={false}
        axisLine={false}
        height={22 * scale}
        allowDataOverflow
        interval={0}
      />
      <YAxis
        type="number"
        domain={[0, panel.max]}
        ticks={levels}
        tickFormatter={(value: number) => numberText(value)}
        tick={tick}
        tickLine={false}
        axisLine={false}
        width={(panel.max >= 1000 ? 44 : 34) * scale}
        allowDataOverflow
        interval={0}
      />
      {panel.lines.map(({ actor, points }) => (
        <Line
          key={actor}
          data={points.map(({ atUs, value }) => ({ s: (atUs - nowUs) / 1e6, value }))}
          dataKey="value"
          stroke={actorHue(actors.get(actor)?.index)}
          strokeWidth={2 * Math.min(1.5, scale)}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
});
