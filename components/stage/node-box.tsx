"use client";

import type { NodeBox as Box, NodeTone } from "@/lib/contract";
import { useSession } from "../run/hooks";
import { ActorButton } from "./actor-button";
import { ringShare } from "./nodes-layout";

const RADIUS = 9;
const ROUND = 2 * Math.PI * RADIUS;
/** Solid where it takes part, dashed where it does not: the border says it besides the word and its mark. */
const BORDER: Record<NodeTone, string> = {
  plain: "border-edge",
  good: "border-edge",
  bad: "border-dashed border-deny",
  off: "border-dashed border-edge",
};

/** One box: whose it is, its state, what it holds, and how long that lasts. */
export function NodeBox({ box, scale }: { box: Box; scale: number }) {
  const { label, actor, state, tone, facts, ring } = box;
  return (
    <div
      className={`flex h-full flex-col rounded-[5px] border bg-bg px-2.5 py-2 present:px-4 max-md:px-1 ${BORDER[tone]}`}
      style={tone === "off" ? { color: "var(--soft)" } : undefined}
    >
      <div className="flex items-center justify-between gap-x-2 max-md:flex-wrap">
        {actor === null ? (
          <span aria-hidden="true" className="stage-text truncate font-semibold">
            {label}
          </span>
        ) : (
          <NamedActor actor={actor} label={label} scale={scale} />
        )}
        {ring && <Ring ring={ring} scale={scale} />}
      </div>
      <div
        aria-hidden="true"
        className="stage-small mt-0.5 flex items-center gap-1.5"
        style={tone === "bad" ? { color: "var(--deny)" } : undefined}
      >
        <ToneMark tone={tone} scale={scale} />
        {state}
      </div>
      {facts.length > 0 && (
        <div aria-hidden="true" className="mt-1.5 flex flex-col gap-1">
          {facts.map(({ label: what, value, stale = false }) => (
            <div key={what} className="flex flex-wrap items-baseline gap-x-2">
              <span className="stage-small">{what}</span>
              <span
                className="stage-text font-medium [overflow-wrap:anywhere]"
                style={stale ? { color: "var(--deny)" } : undefined}
              >
                {value}
                {stale && <span className="stage-small ml-1.5 border border-deny px-1 text-deny">old</span>}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** The stage's focus is an actor; a box that only bears an actor's name is none until that one is in the run. */
function NamedActor({ actor, label, scale }: { actor: string; label: string; scale: number }) {
  const known = useSession().store.facts.actors.has(actor);
  return known ? (
    <ActorButton actor={actor} scale={scale} />
  ) : (
    <span aria-hidden="true" className="stage-text truncate font-semibold">
      {label}
    </span>
  );
}

function ToneMark({ tone, scale }: { tone: NodeTone; scale: number }) {
  if (tone === "plain") return null;
  const size = 10 * scale;
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="-6 -6 12 12" className="shrink-0">
      {tone === "good" && <circle r="4" fill="var(--ink)" />}
      {tone === "off" && <circle r="3.6" fill="none" stroke="var(--edge)" strokeWidth="1.6" />}
      {tone === "bad" && (
        <path
          d="M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0M-2.4-2.4l4.8 4.8M2.4-2.4l-4.8 4.8"
          fill="none"
          stroke="var(--deny)"
          strokeWidth="1.6"
        />
      )}
    </svg>
  );
}

/** Runs out clockwise from the top; the time is written beside it. */
function Ring({ ring, scale }: { ring: NonNullable<Box["ring"]>; scale: number }) {
  const size = 22 * scale;
  return (
    <span aria-hidden="true" className="flex shrink-0 items-center gap-1.5">
      <span className="stage-small">
        {ringText(ring.ttlMs)}
        <span className="max-md:hidden"> {ring.label}</span>
      </span>
      <svg aria-hidden="true" width={size} height={size} viewBox="-11 -11 22 22">
        <circle r={RADIUS} fill="none" stroke="var(--hair)" strokeWidth="3" />
        <circle
          r={RADIUS}
          fill="none"
          stroke="var(--surface)"
          strokeWidth="3"
          strokeDasharray={`${(ringShare(ring) * ROUND).toFixed(2)} ${ROUND}`}
          transform="rotate(-90)"
        />
      </svg>
    </span>
  );
}

export const ringText = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
