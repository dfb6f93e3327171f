"use client";

import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { NodesPanel } from "@/lib/contract";
import { useSampled, useSize } from "../run/hooks";
import { NodeBox, ringText } from "./node-box";
import { MessageLegend, NodeMessages } from "./node-messages";
import { type Rect, rowsOf, segmentsOf } from "./nodes-layout";
import { Twin } from "./twin";

const tableOf = ({ title, nodes, links, messages, majority, legend }: NodesPanel) => ({
  caption: title,
  head: ["what", "state", "holds"],
  rows: [
    ...nodes.map(({ label, state, facts, ring }) => [
      label,
      state,
      [
        ...facts.map((fact) => `${fact.label}: ${fact.value}${fact.stale ? " (old)" : ""}`),
        ...(ring ? [`${ringText(ring.ttlMs)} ${ring.label}`] : []),
      ].join("; "),
    ]),
    ...links.filter(({ state }) => state === "cut").map(({ from, to }) => [`link ${from} to ${to}`, "cut", ""]),
    ...messages.map(({ from, to, outcome, text }) => [`message ${from} to ${to}`, legend[outcome] ?? outcome, text]),
    ...(majority ? [["majority", `${majority.have} of ${majority.need} needed`, majority.text]] : []),
  ],
});

/** More rows than these leave no room between them, even to a projector: the numbers come after them. */
const MANY_ROWS = 2;
const ROOMY = "present:gap-[clamp(54px,100vh-946px,112px)]";

/** Boxes in rows, the links between them, and the messages on the links. */
export function Nodes({ panel: latest, nowUs, scale }: { panel: NodesPanel; nowUs: number; scale: number }) {
  const { everyMs } = latest;
  // Nothing to sample, no timer: whatever changes is drawn at once.
  const sampled = useSampled(everyMs === undefined ? null : latest, everyMs ?? 0);
  const panel = (everyMs !== undefined && sampled) || latest;
  const boxes = useMemo(
    () => new Map(panel.nodes.map((box) => [box.id, <NodeBox key={box.id} box={box} scale={scale} />])),
    [panel, scale],
  );
  const rows = rowsOf(panel.nodes);
  const [frame, rects] = useRects(panel);
  const segments = segmentsOf(panel.links, rects);
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <span className="font-semibold">{panel.title}</span>
        {panel.majority && <Majority majority={panel.majority} scale={scale} />}
        <MessageLegend legend={panel.legend} />
      </figcaption>
      <div ref={frame} className={`relative flex flex-col gap-13 ${rows.length > MANY_ROWS ? "" : ROOMY}`}>
        <svg aria-hidden="true" className="absolute inset-0 size-full overflow-visible">
          {segments.map(({ from, to, a, b }, i) => {
            const cut = panel.links[i]?.state === "cut";
            return (
              <line
                key={`${from} ${to}`}
                x1={a.x}
                y1={a.y}
                x2={b.x}
                y2={b.y}
                stroke={cut ? "var(--deny)" : "var(--edge)"}
                strokeDasharray={cut ? "3 5" : undefined}
              />
            );
          })}
          <NodeMessages messages={panel.messages} segments={segments} nowUs={nowUs} scale={scale} />
        </svg>
        {rows.map((row) => (
          <div key={row[0]?.row} className="flex justify-center gap-4 present:gap-8 max-md:gap-1">
            {row.map((box) => (
              <div key={box.id} data-node={box.id} className="max-w-[340px] min-w-0 flex-1 present:max-w-[520px]">
                {boxes.get(box.id)}
              </div>
            ))}
          </div>
        ))}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

/** A place for each box, filled for those that agree; a line behind as many as are needed. */
function Majority({
  majority: { have, need, of, text },
  scale,
}: {
  majority: NonNullable<NodesPanel["majority"]>;
  scale: number;
}) {
  const [size, pitch] = [12 * scale, 18 * scale];
  const lineX = need * pitch - (pitch - size) / 2;
  return (
    <span className="flex items-center gap-3">
      <svg aria-hidden="true" width={of * pitch} height={size + 8}>
        {Array.from({ length: of }, (_, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is its index
            key={i}
            x={i * pitch + 1}
            y={5}
            width={size - 2}
            height={size - 2}
            fill={i < have ? "var(--ink)" : "none"}
            stroke="var(--ink)"
          />
        ))}
        <line
          x1={lineX}
          x2={lineX}
          y1={0}
          y2={size + 8}
          stroke={have >= need ? "var(--ink)" : "var(--deny)"}
          strokeWidth={2}
        />
      </svg>
      {text}
    </span>
  );
}

/** Where the boxes stand, measured again when their frame or what they say has changed. */
function useRects({ nodes }: NodesPanel) {
  const [frame, size] = useSize<HTMLDivElement>();
  const [rects, setRects] = useState<ReadonlyMap<string, Rect>>(new Map());
  const measured = useRef("");
  const said = nodes.map(({ id, row, state, facts, ring }) => [id, row, state, facts, ring === null]);
  const signature = JSON.stringify([size, said]);
  useLayoutEffect(() => {
    if (!frame.current || measured.current === signature) return;
    measured.current = signature;
    const origin = frame.current.getBoundingClientRect();
    const boxes = [...frame.current.querySelectorAll<HTMLElement>("[data-node]")];
    const next = boxes.map((box) => {
      const { left, top, width, height } = box.getBoundingClientRect();
      return [box.dataset.node ?? "", { x: left - origin.left, y: top - origin.top, width, height }] as const;
    });
    // What they say changes many times a second, where they stand hardly ever: no second rendering for that.
    setRects((old) => (JSON.stringify([...old]) === JSON.stringify(next) ? old : new Map(next)));
  }, [frame, signature]);
  return [frame, rects] as const;
}
