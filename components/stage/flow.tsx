"use client";

import { useEffect, useRef } from "react";
import type { FlowColumn, FlowLane, FlowMark, FlowPanel } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { countText } from "../run/format";
import { useMedia, useSession, useSize } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";
import { CrossedRing } from "../ui/crossed-mark";
import { FlowPicture } from "./flow-picture";
import { FlowRing, ringTexts } from "./flow-ring";
import { Twin } from "./twin";

/** Of all lanes together, px: less than that for few of them. */
const LANES_PX = 196;
const MOST_ROW_PX = 34;
const PITCH_PX = 11;
const GAP_PX = 16;
/** Names of the instances, and their share of the width at the most. Below this height of a row they would stand in each other. */
const NAMES_PX = 168;
const NAMES_SHARE = 0.28;
const LEAST_NAME_PX = 11;
/** Of a place that has room for a large ring beside a large count, and for small ones; a narrower one has them one under the other. */
const AMPLE_PX = 330;
const BESIDE_PX = 246;
const RING_PX = { ample: 70, small: 44 };
/** So many are too many digits for a large count in little room. */
const LONG = 1000;

const MARKS = ["asks", "hit", "waits", "query", "failed"] as const;

const tableOf = (panel: FlowPanel) => ({
  caption: panel.title,
  head: ["where", "how many", "note"],
  rows: [
    ...panel.columns.map(({ title, count, unit, note }) => [title, `${countText(count)} ${unit}`, note]),
    ["hot key", panel.ring.key, ringTexts(panel.ring).join("; ")],
    ["not drawn", `${countText(panel.more)} readers`, ""],
    ...panel.lanes.map(({ actor, dots }) => [actor, `${countText(dots.length)} drawn`, laneText(dots, panel.legend)]),
  ],
});

/** "24 answered by the cache, 1 SELECT". */
function laneText(dots: FlowLane["dots"], legend: FlowPanel["legend"]): string {
  const parts = MARKS.map((mark) => [dots.filter((dot) => dot.mark === mark).length, legend[mark] ?? mark] as const);
  return parts.flatMap(([count, text]) => (count ? [`${count} ${text}`] : [])).join(", ");
}

/** Readers on their way past a cache to a database: large counts, and a dot for each, drawn as far as it had to go. */
export function Flow({ panel, scale }: { panel: FlowPanel; scale: number }) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const names = Math.round(Math.min(NAMES_PX * scale, width * NAMES_SHARE));
  const rest = Math.max(0, width - names);
  // Both places are equally wide, so that what stands in them can be compared.
  const columns = `${names}px minmax(0, 1fr) minmax(0, 1fr)`;
  const half = rest / 2;
  const isAmple = half >= AMPLE_PX * scale;
  const isBeside = half >= BESIDE_PX * scale;
  // A projector has larger words, but no more room.
  const rowPx = Math.min(MOST_ROW_PX * scale, (LANES_PX * Math.sqrt(scale)) / Math.max(1, panel.lanes.length));
  const height = Math.max(rowPx * panel.lanes.length, 60);
  const [asking, cache, database] = panel.columns;
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-center justify-between gap-x-6">
        <span>
          <span className="font-semibold">{panel.title}</span>
          {panel.more > 0 && <span className="ml-3">{countText(panel.more)} of them not drawn</span>}
        </span>
        <FlowLegend legend={panel.legend} />
      </figcaption>
      <div ref={ref} className="overflow-hidden">
        <div className={`mb-2 grid ${isBeside ? "items-end" : "items-start"}`} style={{ gridTemplateColumns: columns }}>
          <Head column={asking} large={isBeside} />
          <div
            className={`flex ${isBeside ? "items-end justify-between gap-3" : "flex-col gap-1"} ${isAmple ? "pr-6" : ""}`}
            style={{ paddingLeft: GAP_PX * scale }}
          >
            <Head column={cache} large={isAmple || (isBeside && cache.count < LONG)} />
            <FlowRing ring={panel.ring} size={Math.round((isAmple ? RING_PX.ample : RING_PX.small) * scale)} />
          </div>
          <div style={{ paddingLeft: GAP_PX * scale }}>
            <Head column={database} large={isBeside} />
          </div>
        </div>
        {width > 0 && (
          <div className="relative" style={{ height }}>
            <FlowLanes panel={panel} rowPx={rowPx} names={names} scale={scale} />
            <span className="absolute inset-y-0 border-l border-hair" style={{ left: names }} />
            <span className="absolute inset-y-0 border-l border-edge" style={{ left: names + half }} />
            <FlowDots
              panel={panel}
              left={names}
              width={rest}
              height={height}
              rowPx={rowPx}
              gap={GAP_PX * scale}
              pitchPx={PITCH_PX * scale}
            />
          </div>
        )}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

function Head({ column: { title, count, unit, note }, large }: { column: FlowColumn; large: boolean }) {
  return (
    <div className="min-w-0">
      <p className="stage-small truncate">{title}</p>
      <p className={`flex items-baseline gap-x-2 ${large ? "whitespace-nowrap" : "flex-wrap"}`}>
        <span className={`${large ? "stage-big" : "stage-number"} tabular-nums`}>{countText(count)}</span>
        <span className="stage-text font-medium">{unit}</span>
      </p>
      <p className="stage-small min-h-[1.5em]">{note}</p>
    </div>
  );
}

function FlowLanes({ panel, rowPx, names, scale }: { panel: FlowPanel; rowPx: number; names: number; scale: number }) {
  const { actors } = useSession().store.facts;
  // Where there is no room for every name, some of them say which rows these are.
  const every = Math.ceil((LEAST_NAME_PX * scale) / rowPx);
  return (
    <ul className="absolute left-0 top-0" style={{ width: names }}>
      {panel.lanes.map(({ actor }, i) => {
        const index = actors.get(actor)?.index;
        return (
          <li
            key={actor}
            className="flex items-center gap-1.5 leading-none"
            style={{ height: rowPx, color: actorHue(index), fontSize: Math.min(13 * scale, every * rowPx * 0.95) }}
          >
            <ActorMark index={index} size={Math.round(Math.min(10 * scale, rowPx * 0.8))} />
            {i % every === 0 && <span className="truncate">{actor}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function FlowDots({
  panel,
  left,
  width,
  height,
  rowPx,
  gap,
  pitchPx,
}: {
  panel: FlowPanel;
  left: number;
  width: number;
  height: number;
  rowPx: number;
  gap: number;
  pitchPx: number;
}) {
  const { actors } = useSession().store.facts;
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  const ref = useRef<HTMLCanvasElement>(null);
  const picture = useRef<FlowPicture | null>(null);
  useEffect(() => {
    if (!ref.current) return;
    const drawn = new FlowPicture(ref.current);
    picture.current = drawn;
    return () => drawn.close();
  }, []);
  useEffect(() => {
    const half = width / 2;
    picture.current?.show({
      lanes: panel.lanes,
      hues: panel.lanes.map(({ actor }) => actors.get(actor)?.index),
      field: {
        cache: { x: gap, width: half - 2 * gap },
        database: { x: half + gap, width: half - 2 * gap },
        rowPx,
        pitchPx,
      },
      width,
      height,
      calm,
    });
  }, [panel, actors, width, height, rowPx, gap, pitchPx, calm]);
  return (
    <div aria-hidden="true" className="absolute top-0" style={{ left }}>
      <canvas ref={ref} className="block" style={{ width, height }} />
    </div>
  );
}

function FlowLegend({ legend }: { legend: FlowPanel["legend"] }) {
  return (
    <span className="flex flex-wrap gap-x-5">
      {MARKS.map((mark) =>
        legend[mark] ? (
          <span key={mark} className="flex items-center gap-2">
            <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12">
              <LegendMark mark={mark} />
            </svg>
            {legend[mark]}
          </span>
        ) : null,
      )}
    </span>
  );
}

function LegendMark({ mark }: { mark: FlowMark }) {
  switch (mark) {
    case "hit":
      return <circle r="4.6" fill="var(--soft)" />;
    case "query":
      return <rect x="-4.4" y="-4.4" width="8.8" height="8.8" fill="var(--soft)" />;
    case "failed":
      return <CrossedRing />;
    case "asks":
      return <circle r="3.2" fill="none" stroke="var(--soft)" strokeWidth="1.1" />;
    case "waits":
      return <circle r="4.2" fill="none" stroke="var(--soft)" strokeWidth="1.6" />;
  }
}
