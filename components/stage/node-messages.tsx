"use client";

import { memo, useState } from "react";
import type { NodeMessage, NodesPanel } from "@/lib/contract";
import { MISSED_AT, pointAt, type Segment, wayOf } from "./nodes-layout";

const CROSSED = "M-4.8 0a4.8 4.8 0 1 0 9.6 0a4.8 4.8 0 1 0-9.6 0M-2.4-2.4l4.8 4.8M2.4-2.4l-4.8 4.8";
const FRESH_US = 300_000;

/** What is on the links: a full line and a dot where it arrived, a crossed ring where it got no further or was turned down. */
export function NodeMessages({
  messages,
  segments,
  nowUs,
  scale,
}: {
  messages: readonly NodeMessage[];
  segments: readonly Segment[];
  nowUs: number;
  scale: number;
}) {
  return messages.map((message) => {
    const way = wayOf(message, segments);
    if (!way) return null;
    const end = pointAt(way, message.outcome === "missed" ? MISSED_AT : 1);
    const { id, outcome, text, atUs } = message;
    const fresh = Math.abs(nowUs - atUs) < FRESH_US;
    return (
      <Message
        key={id}
        ax={way.a.x}
        ay={way.a.y}
        bx={end.x}
        by={end.y}
        wordsX={way.words.x}
        wordsY={way.words.y}
        outcome={outcome}
        text={text}
        scale={scale}
        fresh={fresh}
      />
    );
  });
}

interface MessageProps {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  wordsX: number;
  wordsY: number;
  outcome: NodeMessage["outcome"];
  text: string;
  scale: number;
  /** It has just been sent: it is seen to travel. */
  fresh: boolean;
}

const Message = memo(
  function Message({ ax, ay, bx, by, wordsX, wordsY, outcome, text, scale, fresh }: MessageProps) {
    const [travels] = useState(fresh);
    const colour = outcome === "arrived" ? "var(--ink)" : "var(--deny)";
    return (
      <g>
        <line x1={ax} y1={ay} x2={bx} y2={by} stroke={colour} strokeWidth={2 * scale} />
        <g
          className={travels ? "travel" : undefined}
          style={{ "--from-x": `${ax - bx}px`, "--from-y": `${ay - by}px` } as React.CSSProperties}
        >
          <g transform={`translate(${bx} ${by}) scale(${scale})`}>
            {outcome === "arrived" ? (
              <circle r="5" fill={colour} />
            ) : (
              <path d={CROSSED} fill="var(--bg)" stroke={colour} strokeWidth="1.6" />
            )}
          </g>
        </g>
        <g className="board-words">
          <text x={wordsX + 8 * scale} y={wordsY + 4 * scale} className="stage-small" style={{ fill: colour }}>
            {outcome === "missed" && text ? `${text} missed` : text}
          </text>
        </g>
      </g>
    );
  },
  (a, b) =>
    a.ax === b.ax &&
    a.ay === b.ay &&
    a.bx === b.bx &&
    a.by === b.by &&
    a.wordsX === b.wordsX &&
    a.wordsY === b.wordsY &&
    a.outcome === b.outcome &&
    a.text === b.text &&
    a.scale === b.scale,
);

/** What the ends of messages mean, in the pattern's own words: what is missed has stopped on its way. */
export function MessageLegend({ legend }: { legend: NodesPanel["legend"] }) {
  return (
    <span className="flex flex-wrap gap-x-5">
      {legend.arrived && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12">
            <circle r="4.6" fill="var(--soft)" />
          </svg>
          {legend.arrived}
        </span>
      )}
      {legend.refused && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12">
            <path d={CROSSED} fill="none" stroke="var(--deny)" strokeWidth="1.6" />
          </svg>
          {legend.refused}
        </span>
      )}
      {legend.missed && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="2.2em" height="0.95em" viewBox="-14 -6 28 12">
            <path d={`${CROSSED}M-14 0h9.2`} fill="none" stroke="var(--deny)" strokeWidth="1.6" />
            <path d="M4.8 0h9.2" stroke="var(--deny)" strokeDasharray="2 2.6" />
          </svg>
          {legend.missed}
        </span>
      )}
    </span>
  );
}
