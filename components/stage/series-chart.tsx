"use client";

import { memo } from "react";
import type { SeriesPanel } from "@/lib/contract";
import { actorHue } from "../run/actors";
import type { RunFacts } from "../run/facts";
import { numberText } from "../run/format";
import { ages, ageText, axisStep } from "./scale";
import { TimeLines } from "./time-lines";

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
  return (
    <TimeLines
      width={width}
      height={height}
      scale={scale}
      margin={{ top: 6 * scale, right: 14 * scale, bottom: 0 }}
      x={{
        from: -spanS,
        to: 0,
        ticks: ages(panel.spanMs, 3).map((age) => -age / 1000),
        text: (s) => ageText(Math.round(-s * 1000)),
        size: 22 * scale,
      }}
      y={{
        from: 0,
        to: panel.max,
        ticks: levels,
        text: (value) => numberText(value),
        size: (panel.max >= 1000 ? 44 : 34) * scale,
      }}
      lines={panel.lines.map(({ actor, points }) => ({
        key: actor,
        colour: actorHue(actors.get(actor)?.index),
        points: points.map(({ atUs, value }) => ({ x: (atUs - nowUs) / 1e6, y: value })),
      }))}
      clip
    />
  );
});
