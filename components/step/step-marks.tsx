"use client";

import { memo } from "react";
import { actorHue, actorShape, shapePath } from "../run/actors";
import type { ActorFact } from "../run/facts";
import type { BoardStep } from "./board";
import { type BoardLayout, cutMono, roomAfter } from "./board-layout";
import { changesText, choiceText, passedText } from "./words";

/** Two lines of changes fit under Redis. */
const CHANGES = 2;

interface Props {
  steps: readonly BoardStep[];
  layout: BoardLayout;
  scale: number;
  actors: ReadonlyMap<string, ActorFact>;
  /** The one key that the whole board is about, if it is one. */
  onlyKey: string | null;
}

/** All steps: first the lines, then the words over them, so that a line never strikes a word through. */
export function StepMarks({ steps, layout, scale, actors, onlyKey }: Props) {
  const keyed = steps.map((step, i) => ({ step, i, key: `${i} ${step.choice}` }));
  return (
    <>
      {keyed.map(({ step, i, key }) => (
        <StepLine key={key} step={step} x={layout.x(i)} layout={layout} scale={scale} actors={actors} />
      ))}
      {keyed.map(({ step, i, key }) => (
        <g key={key} className="board-words">
          <StepWords
            step={step}
            index={i}
            steps={steps}
            layout={layout}
            scale={scale}
            actors={actors}
            onlyKey={onlyKey}
          />
        </g>
      ))}
    </>
  );
}

interface LineProps extends Omit<Props, "steps" | "onlyKey"> {
  step: BoardStep;
  x: number;
}

/** The step's mark in its lane, and its way to Redis. */
function StepLine({ step, x, layout, scale, actors }: LineProps) {
  const { kind, actor } = step;
  if (kind === "tick" || actor === null)
    return (
      <line
        x1={x}
        x2={x}
        y2={layout.heightPx}
        stroke={kind === "restart" ? "var(--deny)" : "var(--ink)"}
        strokeWidth={1.2 * scale}
        strokeDasharray="2 5"
      />
    );
  const y = layout.laneY.get(actor) ?? 0;
  const hue = actorHue(actors.get(actor)?.index);
  const r = 6.2 * scale;
  if (kind === "crash")
    return (
      <path
        className="arrive"
        d={`M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}`}
        stroke="var(--deny)"
        strokeWidth={2.6 * scale}
      />
    );
  return (
    <>
      <line x1={x} x2={x} y1={y} y2={layout.redisY} stroke={hue} strokeWidth={1.5 * scale} />
      <path d={`M${x} ${layout.redisY - 6 * scale}v${12 * scale}`} stroke={hue} strokeWidth={3.4 * scale} />
      <g transform={`translate(${x} ${y})`}>
        <path className="arrive" d={shapePath(actorShape(actors.get(actor)?.index), r)} fill={hue} />
      </g>
    </>
  );
}

/** Time passes, or a node restarts. */
const isOfNobody = ({ kind }: BoardStep): boolean => kind === "tick" || kind === "restart";

interface WordsProps extends Props {
  step: BoardStep;
  index: number;
}

function StepWords({ step, index, steps, layout, scale, onlyKey }: WordsProps) {
  const changes = changesText(step.changes, onlyKey);
  const x = layout.x(index);
  const font = 12.5 * scale;
  const redisRoom = roomAfter(index, steps, (other) => other.changes.size > 0 || isOfNobody(other), layout);
  return (
    <>
      {step.actor !== null && <LaneWords step={step} index={index} steps={steps} layout={layout} scale={scale} />}
      {step.results.map((result) => (
        <ResultMark
          key={result.actor}
          x={x + 15 * scale}
          y={layout.laneY.get(result.actor) ?? 0}
          text={cutMono(result.text, layout.columnPx, font)}
          outcome={result.outcome}
          scale={scale}
        />
      ))}
      {step.kind === "tick" && (
        <text x={x + 7 * scale} y={layout.redisY - 9 * scale} fill="var(--ink)">
          time passes: {passedText(step.passedUs)}
        </text>
      )}
      {step.kind === "restart" && (
        <text x={x + 7 * scale} y={layout.redisY - 9 * scale} fill="var(--deny)">
          {choiceText(step.choice)}
        </text>
      )}
      {changes.slice(0, CHANGES).map((text, line) => (
        <text
          key={text}
          x={x + 8 * scale}
          y={layout.redisY + (line + 1) * 15.5 * scale + 1}
          className="font-mono"
          fill="var(--soft)"
        >
          <title>{changesText(step.changes).join("; ")}</title>
          {cutMono(text, redisRoom - 4 * scale, font)}
        </text>
      ))}
    </>
  );
}

/** Command and reply, on the side of the lane that is away from Redis. */
const LaneWords = memo(function LaneWords({
  step,
  index,
  steps,
  layout,
  scale,
}: Omit<WordsProps, "actors" | "onlyKey">) {
  const { actor } = step;
  if (actor === null) return null;
  const font = 12.5 * scale;
  const room = roomAfter(index, steps, (other) => other.actor === actor, layout);
  const isBelow = layout.below.has(actor);
  const y = layout.laneY.get(actor) ?? 0;
  const x = layout.x(index) - 6 * scale;
  const [first, second] = isBelow ? [y + 24 * scale, y + 39 * scale] : [y - 27 * scale, y - 12 * scale];
  const command = step.kind === "crash" ? "crashes" : step.commands.map(({ text }) => text).join(" · ");
  const reply = step.commands.at(-1);
  return (
    <g className="font-mono">
      <title>{step.commands.map(({ text, reply: answer }) => `${text} → ${answer}`).join("\n") || step.text}</title>
      <text x={x} y={first} fill={step.kind === "crash" ? "var(--deny)" : "var(--ink)"}>
        {cutMono(command, room, font)}
      </text>
      {reply && (
        <text x={x} y={second} fill={reply.failed ? "var(--deny)" : "var(--soft)"}>
          {cutMono(`→ ${reply.reply}`, room, font)}
        </text>
      )}
    </g>
  );
});

interface ResultProps {
  x: number;
  y: number;
  text: string;
  outcome: "yes" | "no" | "value" | "failed";
  scale: number;
}

/** What came of an action, on its actor's line: a filled dot for yes, a crossed ring for no. */
function ResultMark({ x, y, text, outcome, scale }: ResultProps) {
  const r = 4.4 * scale;
  const isNo = outcome === "no" || outcome === "failed";
  const hasMark = outcome !== "value";
  return (
    <g className="arrive">
      {outcome === "yes" && <circle cx={x + r} cy={y} r={r} fill="var(--ink)" />}
      {isNo && (
        <path
          d={`${shapePath("circle", r)}M${-r / 2} ${-r / 2}l${r} ${r}M${r / 2} ${-r / 2}l${-r} ${r}`}
          transform={`translate(${x + r} ${y})`}
          fill="var(--bg)"
          stroke="var(--deny)"
          strokeWidth={1.6 * scale}
        />
      )}
      <text
        x={x + (hasMark ? 2 * r + 5 * scale : 0)}
        y={y + 4.4 * scale}
        fontWeight={600}
        fill={isNo ? "var(--deny)" : "var(--ink)"}
      >
        {text}
      </text>
    </g>
  );
}

interface GhostProps {
  index: number | undefined;
  x: number;
  y: number;
  scale: number;
  text: string;
  waits: boolean;
}

/** Who could be next: the actor's shape, hollow, with the key that chooses it. */
export function Ghost({ index, x, y, scale, text, waits }: GhostProps) {
  return (
    <g className="board-words">
      {waits && (
        <path
          d={shapePath(actorShape(index), 6.2 * scale)}
          transform={`translate(${x} ${y})`}
          fill="var(--bg)"
          stroke={actorHue(index)}
          strokeWidth={1.8 * scale}
        />
      )}
      <text x={x + (waits ? 12 * scale : -6 * scale)} y={y + 4.6 * scale} fill={waits ? "var(--ink)" : "var(--soft)"}>
        {text}
      </text>
    </g>
  );
}
