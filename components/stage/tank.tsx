"use client";

import type { TankPanel } from "@/lib/contract";
import { numberText } from "../run/format";
import { useSize } from "../run/hooks";
import { fraction, levelText, notches } from "./scale";
import { Twin } from "./twin";

const tableOf = (panel: TankPanel) => ({
  caption: panel.title,
  head: ["what", "value"],
  rows: [
    ["stored", panel.stored === null ? "no key" : `${numberText(panel.stored, 3)} ${panel.unit}`],
    ["computed to now", `${numberText(panel.computed, 3)} ${panel.unit}`],
    ["capacity", `${numberText(panel.capacity)} ${panel.unit}`],
    ["key", panel.caption],
    ["next", panel.next],
  ],
});

/** A vessel: filled to what Redis holds, a dashed line at what it would be if asked now. */
export function Tank({ panel }: { panel: TankPanel }) {
  return (
    <figure className="flex min-h-0 flex-col gap-2 md:w-[40%] md:max-w-[460px] present:max-w-[720px]">
      <figcaption className="stage-small min-h-[1.5em]">
        <span className="font-semibold">{panel.title}</span>
        <span className="ml-3">{panel.next}</span>
      </figcaption>
      <div className="flex min-h-0 flex-1 gap-5">
        <Vessel panel={panel} />
        <dl className="flex flex-col justify-end gap-3 pb-px">
          <div>
            <dd className="stage-big min-w-[2.4ch]">{panel.stored === null ? "–" : levelText(panel.stored)}</dd>
            <dt className="stage-small mt-1">
              {panel.stored === null ? "no key in Redis" : `${panel.unit} stored in Redis`}
            </dt>
          </div>
          <div>
            <dd className="stage-number flex items-center gap-2">
              <svg aria-hidden="true" width="20" height="2" className="shrink-0">
                <line x2="20" y1="1" y2="1" stroke="var(--surface)" strokeWidth="2" strokeDasharray="5 3" />
              </svg>
              {levelText(panel.computed)}
            </dd>
            <dt className="stage-small">if asked now</dt>
          </div>
        </dl>
      </div>
      <p className="stage-small min-h-[1.5em] [overflow-wrap:anywhere]">{panel.caption}</p>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

function Vessel({ panel }: { panel: TankPanel }) {
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const inner = { left: 1, right: width - 1, bottom: height - 1, top: 6 };
  const depth = Math.max(0, inner.bottom - inner.top);
  const yOf = (value: number) => inner.bottom - fraction(value, panel.capacity) * depth;
  const stored = fraction(panel.stored ?? 0, panel.capacity);
  return (
    <div ref={ref} className="min-h-[120px] w-[42%] max-w-[190px] min-w-[96px] present:max-w-[300px] flex-none">
      {width > 0 && (
        <svg aria-hidden="true" width={width} height={height} className="block">
          <rect
            x={inner.left}
            y={inner.top}
            width={inner.right - inner.left}
            height={depth}
            fill="var(--level)"
            style={{
              transform: `scaleY(${stored})`,
              transformOrigin: `0 ${inner.bottom}px`,
              transition: "transform calc(180ms * var(--motion)) ease-out",
            }}
          />
          <line
            x1={inner.left}
            x2={inner.right}
            y1={inner.bottom}
            y2={inner.bottom}
            stroke="var(--surface)"
            strokeWidth={stored > 0 ? 2 : 0}
            style={{
              transform: `translateY(${-stored * depth}px)`,
              transition: "transform calc(180ms * var(--motion)) ease-out",
            }}
          />
          {notches(panel.capacity).map((level) => (
            <line
              key={level}
              x1={inner.right - 8}
              x2={inner.right}
              y1={yOf(level)}
              y2={yOf(level)}
              stroke="var(--ink)"
              opacity={0.45}
            />
          ))}
          <line
            x1={inner.left}
            x2={inner.right}
            y1={yOf(panel.computed)}
            y2={yOf(panel.computed)}
            stroke="var(--surface)"
            strokeWidth={2}
            strokeDasharray="6 4"
          />
          <path d={`M1 0V${inner.bottom}H${inner.right}V0`} fill="none" stroke="var(--ink)" strokeWidth={2} />
        </svg>
      )}
    </div>
  );
}
