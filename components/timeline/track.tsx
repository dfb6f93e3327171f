"use client";

import { type KeyboardEvent, memo, type PointerEvent, useMemo } from "react";
import { actorHue, actorShape, shapePath } from "../run/actors";
import type { ActorFact } from "../run/facts";
import { clockText } from "../run/format";
import { useSampled, useSession, useSize, useStore } from "../run/hooks";
import { ActorTable } from "./actor-table";
import { type Lane, planLanes } from "./lane-plan";
import { columns, type Violation } from "./marks";

const HEIGHT = 44;
/** Violations stand above the lanes, turns of the run and what Redis does by itself below. */
const LANES_TOP = 9;
const LANES_BOTTOM = 37;
/** On the left of the lanes: whose they are. */
const GUTTER = 14;
const OF_ACTOR = "actor:";
/** A young run fills the line from the left before it begins to shrink. */
const LEAST_US = 30_000_000;
const RECENT_US = 60_000_000;

/** The run as lanes: each actor's commands as ticks, faults and violations told apart; a slider named Playhead. */
export function Track({ recent }: { recent: boolean }) {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const [ref, { width }] = useSize<HTMLDivElement>();
  const inner = Math.max(0, width - GUTTER);
  const { log, playhead, marks, facts } = store;
  const liveUs = store.liveUs();
  const many = marks.marks.length > 20_000;
  // While the line shrinks its ticks move with the clock; a quarter of a second is soon enough.
  const toUs = useSampled(Math.max(liveUs, log.firstUs + LEAST_US), many ? 1000 : 250);
  const fromUs = recent ? Math.max(log.firstUs, toUs - RECENT_US) : log.firstUs;
  const version = useSampled(store.version("slow"), many ? 1000 : 50);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the marks, which change in place
  const found = useMemo(() => columns(marks.marks, { fromUs, toUs }, inner), [marks, fromUs, toUs, inner, version]);
  const actors = [...facts.actors].sort(([, a], [, b]) => a.index - b.index).map(([id]) => id);
  const names = actors.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the list, which is made anew each time
  const lanes = useMemo(() => planLanes(actors, LANES_TOP, LANES_BOTTOM), [names]);

  const xOf = (atUs: number) => GUTTER + Math.min(inner, ((atUs - fromUs) / Math.max(1, toUs - fromUs)) * inner);
  const nowUs = playhead.live ? liveUs : store.picture().nowUs;
  const atSeq = playhead.live ? log.lastSeq : playhead.seq;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === "pointermove" && !event.buttons) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left - GUTTER) / (box.width - GUTTER)));
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
    <div className="order-last min-w-full flex-1 md:order-none md:min-w-[120px]">
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
        style={{ height: HEIGHT }}
        className="cursor-ew-resize touch-none"
      >
        {width > 0 && (
          <svg aria-hidden="true" width={width} height={HEIGHT} className="block overflow-visible">
            {lanes.map((lane) => (
              <LaneLine key={lane.actors[0]} lane={lane} width={width} actors={facts.actors} />
            ))}
            <Ahead xOf={xOf} lanes={lanes} />
            {[...found].map(([group, xs]) => (
              <Ticks key={group} xs={xs} hue={hueOf(group, facts.actors)} {...spanOf(group, lanes)} />
            ))}
            {crossesOf(marks.violations, fromUs, xOf).map(([x, { seq, text }]) => (
              <path
                key={seq}
                d="M-3.5-3.5l7 7M3.5-3.5l-7 7"
                transform={`translate(${x} 4)`}
                stroke="var(--deny)"
                strokeWidth={2}
              >
                <title>{text}</title>
              </path>
            ))}
            <Now xOf={xOf} />
          </svg>
        )}
      </div>
      <ActorTable actors={actors} atSeq={atSeq} />
    </div>
  );
}

/** An actor's lane: its mark in front, a hairline under its commands. */
function LaneLine({ lane, width, actors }: { lane: Lane; width: number; actors: ReadonlyMap<string, ActorFact> }) {
  const { y, half } = lane;
  const index = lane.actors.length === 1 ? actors.get(lane.actors[0] ?? "")?.index : undefined;
  return (
    <>
      <path
        d={shapePath(actorShape(index), Math.min(4, half))}
        transform={`translate(5 ${y})`}
        fill={lane.actors.length === 1 ? actorHue(index) : "none"}
        stroke={lane.actors.length === 1 ? "none" : "var(--soft)"}
      >
        <title>{lane.actors.join(", ")}</title>
      </path>
      <line x1={GUTTER} x2={width} y1={y} y2={y} stroke="var(--hair)" />
    </>
  );
}

/** How far the run has come, in the lanes' own lines; follows the clock. */
function Ahead({ xOf, lanes }: { xOf: (atUs: number) => number; lanes: Lane[] }) {
  const store = useStore("events", "clock", "playhead");
  const x = Math.max(GUTTER, xOf(store.liveUs()));
  const ys = lanes.length ? lanes.map(({ y }) => y) : [(LANES_TOP + LANES_BOTTOM) / 2];
  return <path d={ys.map((y) => `M${GUTTER} ${y}H${x}`).join("")} stroke="var(--edge)" />;
}

function Now({ xOf }: { xOf: (atUs: number) => number }) {
  const store = useStore("events", "clock", "playhead");
  const x = xOf(store.playhead.live ? store.liveUs() : store.picture().nowUs);
  return <line x1={x} x2={x} y1={-1} y2={HEIGHT + 1} stroke="var(--ink)" strokeWidth={2.5} />;
}

/** One cross per pixel column, of the first violation there. */
function crossesOf(
  violations: readonly Violation[],
  fromUs: number,
  xOf: (atUs: number) => number,
): [number, Violation][] {
  const found = new Map<number, Violation>();
  for (const violation of violations) {
    const x = Math.round(xOf(violation.atUs));
    if (violation.atUs >= fromUs && !found.has(x)) found.set(x, violation);
  }
  return [...found];
}

function hueOf(group: string, actors: ReadonlyMap<string, ActorFact>): string {
  if (group.startsWith(OF_ACTOR)) return actorHue(actors.get(group.slice(OF_ACTOR.length))?.index);
  return group === "fault" ? "var(--deny)" : "var(--soft)";
}

/** Commands in their actor's lane, faults over the full height, turns of the run and Redis' own deeds below. */
function spanOf(group: string, lanes: readonly Lane[]): { top: number; bottom: number; stroke: number } {
  if (group === "fault") return { top: 0, bottom: HEIGHT, stroke: 2 };
  if (group === "turn") return { top: LANES_BOTTOM, bottom: HEIGHT, stroke: 1 };
  if (group === "redis") return { top: LANES_BOTTOM + 1, bottom: HEIGHT - 3, stroke: 1 };
  const lane = lanes.find(({ actors }) => actors.includes(group.slice(OF_ACTOR.length)));
  if (!group.startsWith(OF_ACTOR) || !lane) return { top: LANES_TOP, bottom: LANES_BOTTOM, stroke: 0.5 };
  return { top: lane.y - lane.half, bottom: lane.y + lane.half, stroke: 1 };
}

/** One group's ticks as one path. */
const Ticks = memo(function Ticks({ xs, hue, top, bottom, stroke }: TicksProps) {
  return (
    <path
      d={xs.map((x) => `M${x + GUTTER} ${top}V${bottom}`).join("")}
      stroke={hue}
      strokeWidth={stroke}
      opacity={0.85}
    />
  );
});

interface TicksProps {
  xs: number[];
  hue: string;
  top: number;
  bottom: number;
  stroke: number;
}
