"use client";

import dynamic from "next/dynamic";
import { useMemo } from "react";
import { ActorMark } from "../ui/actor-mark";
import type { Geometry } from "./geometry";
import { usePointedAt, useWorkload } from "./hooks";
import { type History, heightOf, levelsOf, type Measure, shownAt, spread } from "./measures";

// Recharts is 98 KB: it comes after the page, and the place it will take is kept.
const HistoryChart = dynamic(() => import("./history-chart").then((module) => module.HistoryChart), { ssr: false });

interface Props {
  measure: Measure;
  history: History | null;
  marks: readonly number[];
  focus: number | null;
  geometry: Geometry;
  seconds: number;
  killAt: number | null;
  withTime: boolean;
}

/** One measure: what it is, its lines, and the values at their ends. */
export function ChartRow({ measure, history, marks, focus, geometry, seconds, killAt, withTime }: Props) {
  const { narrow, left, titleHeight, ends, chart } = geometry;
  const levels = useMemo(() => levelsOf(history?.values ?? [], measure), [history, measure]);
  const height = chart.height + (withTime ? chart.timeHeight : 0);
  return (
    <div className={narrow ? "" : "flex"}>
      <p
        className={narrow ? "flex items-end gap-2" : "pr-3"}
        style={narrow ? { height: titleHeight } : { width: left, paddingTop: chart.top * 0.7 }}
      >
        <span className="stage-text block font-semibold">{measure.title}</span>
        <span className="stage-small block">{measure.note}</span>
      </p>
      <div className="flex" style={{ height }}>
        <div aria-hidden="true" className="overflow-hidden" style={{ width: chart.width }}>
          <HistoryChart
            measure={measure}
            levels={levels}
            history={history}
            marks={marks}
            focus={focus}
            seconds={seconds}
            killAt={killAt}
            chart={chart}
            withTime={withTime}
          />
        </div>
        <div aria-hidden="true" className="relative" style={{ width: ends }}>
          {history && <Ends measure={measure} history={history} marks={marks} geometry={geometry} levels={levels} />}
        </div>
      </div>
    </div>
  );
}

interface EndsProps extends Pick<Props, "measure" | "marks" | "geometry"> {
  history: History;
  levels: readonly number[];
}

/** The values at what is pointed at, or the latest; each as high as its line, as far as there is room. */
function Ends({ measure, history, marks, geometry: { chart }, levels }: EndsProps) {
  const at = usePointedAt(useWorkload());
  const shown = shownAt(history, at);
  const gap = 16 * (chart.scale > 1 ? 1.4 : 1);
  const places = spread(
    shown.map(({ value }) => (1 - heightOf(value, levels, measure.scale)) * chart.plotHeight),
    gap,
    chart.plotHeight,
  );
  return shown.map(({ strategy, value }, i) => (
    <span
      key={strategy}
      className="stage-small absolute top-0 left-0 flex items-center gap-[0.4em] leading-none whitespace-nowrap text-ink"
      style={{ transform: `translateY(calc(${chart.top + (places[i] ?? 0)}px - 50%))` }}
    >
      <ActorMark index={marks[strategy]} size={10 * chart.scale} />
      {measure.text(value)}
    </span>
  ));
}
