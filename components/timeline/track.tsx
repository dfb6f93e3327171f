"use client";

import { type KeyboardEvent, memo, type PointerEvent, useMemo } from "react";
import { actorHue } from "../run/actors";
import { clockText } from "../run/format";
import { useSampled, useSession, useSize, useStore } from "../run/hooks";
import { columns } from "./marks";

const HEIGHT = 26;
const MIDDLE = HEIGHT / 2;
/** A young run fills the line from the left before it begins to shrink. */
const LEAST_US = 30_000_000;
const RECENT_US = 60_000_000;

/** The run as a line: commands as ticks in their actor's hue, faults and violations told apart; a slider named Playhead. */
export function Track({ recent }: { recent: boolean }) {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const [ref, { width }] = useSize<HTMLDivElement>();
  const { log, playhead, marks, facts } = store;
  const liveUs = store.liveUs();
  const many = marks.marks.length > 20_000;
  // While the line shrinks its ticks move with the clock; a quarter of a second is soon enough.
  const toUs = useSampled(Math.max(liveUs, log.firstUs + LEAST_US), many ? 1000 : 250);
  const fromUs = recent ? Math.max(log.firstUs, toUs - RECENT_US) : log.firstUs;
  const version = useSampled(store.version("slow"), many ? 1000 : 50);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the marks, which change in place
  const found = useMemo(() => columns(marks.marks, { fromUs, toUs }, width), [marks, fromUs, toUs, width, version]);

  const xOf = (atUs: number) => Math.min(width, ((atUs - fromUs) / Math.max(1, toUs - fromUs)) * width);
  const nowUs = playhead.live ? liveUs : store.picture().nowUs;
  const atSeq = playhead.live ? log.lastSeq : playhead.seq;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === "pointermove" && !event.buttons) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const atUs = fromUs + part * (toUs - fromUs);
    session.detach();
    if (atUs >= liveUs) store.seek(null);
    else store.seekTime(atUs);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    session.detach();
    if (step !== undefined) store.step(step);
    else store.seek(event.key === "End" ? null : log.firstSeq - 1);
  };

  return (
    <div
      ref={ref}
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={Math.max(0, log.firstSeq - 1)}
      aria-valuemax={log.lastSeq}
      aria-valuenow={atSeq}
      aria-valuetext={`event ${atSeq} of ${log.lastSeq}, ${clockText(nowUs - (store.originUs ?? nowUs))}${playhead.live ? ", live" : ""}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={drag}
      onKeyDown={onKeyDown}
      className="order-last h-[26px] min-w-full flex-1 cursor-ew-resize touch-none md:order-none md:min-w-[120px]"
    >
      {width > 0 && (
        <svg aria-hidden="true" width={width} height={HEIGHT} className="block overflow-visible">
          <line x2={width} y1={MIDDLE} y2={MIDDLE} stroke="var(--hair)" strokeWidth={2} />
          <line x1={0} x2={Math.max(0, xOf(liveUs))} y1={MIDDLE} y2={MIDDLE} stroke="var(--edge)" strokeWidth={1} />
          {[...found].map(([group, xs]) => (
            <Ticks key={group} group={group} xs={xs} hue={hueOf(group, facts.actors)} />
          ))}
          {marks.violations.map(({ seq, atUs, text }) =>
            atUs < fromUs ? null : (
              <path
                key={seq}
                d="M-3.5-3.5l7 7M3.5-3.5l-7 7"
                transform={`translate(${xOf(atUs)} 4)`}
                stroke="var(--deny)"
                strokeWidth={2}
              >
                <title>{text}</title>
              </path>
            ),
          )}
          <Now xOf={xOf} />
        </svg>
      )}
    </div>
  );
}

/** The playhead, and how far the run has come: these follow the clock. */
function Now({ xOf }: { xOf: (atUs: number) => number }) {
  const store = useStore("events", "clock", "playhead");
  const liveUs = store.liveUs();
  const x = xOf(store.playhead.live ? liveUs : store.picture().nowUs);
  return (
    <>
      <line x2={Math.max(0, xOf(liveUs))} y1={MIDDLE} y2={MIDDLE} stroke="var(--edge)" />
      <line x1={x} x2={x} y1={-1} y2={HEIGHT + 1} stroke="var(--ink)" strokeWidth={2.5} />
    </>
  );
}

function hueOf(group: string, actors: ReadonlyMap<string, { index: number }>): string {
  if (group.startsWith("actor:")) return actorHue(actors.get(group.slice("actor:".length))?.index);
  return group === "fault" ? "var(--deny)" : "var(--soft)";
}

/** One group's ticks as one path. Faults are full height; turns of the run a low notch; Redis' own a short tick below. */
const Ticks = memo(function Ticks({ group, xs, hue }: { group: string; xs: number[]; hue: string }) {
  const [top, bottom] =
    group === "fault" ? [0, HEIGHT] : group === "turn" ? [18, HEIGHT] : group === "redis" ? [15, 22] : [7, 19];
  return (
    <path
      d={xs.map((x) => `M${x} ${top}V${bottom}`).join("")}
      stroke={hue}
      strokeWidth={group === "fault" ? 2 : 1}
      opacity={group === "frame" ? 0.5 : 0.85}
    />
  );
});
