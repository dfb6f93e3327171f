"use client";

import dynamic from "next/dynamic";
import { useMemo } from "react";
import type { SeriesPanel } from "@/lib/contract";
import { numberText } from "../run/format";
import { useSampled, useSession, useSize } from "../run/hooks";
import { Twin } from "./twin";

// Recharts is 98 KB: it comes after the page, and the place it will take is kept.
const SeriesChart = dynamic(() => import("./series-chart").then((module) => module.SeriesChart), { ssr: false });

const tableOf = (panel: SeriesPanel) => ({
  caption: panel.title,
  head: ["line", "latest", "lowest", "highest"],
  rows: panel.lines.map(({ actor, points }) => {
    const values = points.map((point) => point.value);
    const write = (n: number | undefined) => (n === undefined ? "" : `${numberText(n, 2)} ${panel.unit}`);
    return [actor, write(values.at(-1)), write(least(values)), write(most(values))];
  }),
});

const least = (values: number[]) => (values.length ? values.reduce((a, b) => Math.min(a, b)) : undefined);
const most = (values: number[]) => (values.length ? values.reduce((a, b) => Math.max(a, b)) : undefined);

/** One line over time per actor; at most eight updates a second, because each costs milliseconds. */
export function Series({ panel, nowUs, scale }: { panel: SeriesPanel; nowUs: number; scale: number }) {
  const [ref, size] = useSize<HTMLDivElement>();
  const { actors } = useSession().store.facts;
  const shown = useSampled(
    useMemo(() => ({ panel, nowUs }), [panel, nowUs]),
    125,
  );
  return (
    <figure className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      <figcaption className="stage-small min-h-[1.5em]">
        <span className="font-semibold">{panel.title}</span>
        <span className="ml-3">{panel.unit}</span>
      </figcaption>
      <div ref={ref} aria-hidden="true" className="min-h-[96px] flex-1 overflow-hidden">
        {size.width > 0 && (
          <SeriesChart panel={shown.panel} nowUs={shown.nowUs} {...size} scale={scale} actors={actors} />
        )}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}
