"use client";

import { useEffect } from "react";
import { actorHue } from "../run/actors";
import { useSession, useSize, useStore } from "../run/hooks";
import { Twin } from "../stage/twin";
import { ActorMark } from "../ui/actor-mark";
import type { Board, BoardStep } from "./board";
import { boardLayout, endOf } from "./board-layout";
import { Ghost, StepMarks } from "./step-marks";
import { changesText, choiceText } from "./words";

const tableOf = (board: Board) => ({
  caption: "Steps",
  head: ["step", "who", "command", "reply", "in Redis", "result"],
  rows: board.steps.map((step, i) => [
    String(i + 1),
    choiceText(step.choice),
    step.commands.map(({ text }) => text).join("; "),
    step.commands.map(({ reply }) => reply).join("; "),
    changesText(step.changes).join("; "),
    step.results.map(({ actor, text }) => `${actor}: ${text}`).join("; "),
  ]),
});

interface Props {
  board: Board;
  /** Steps that were taken after the playhead. */
  later: readonly BoardStep[];
  /** The one key that the board is about, if it is one: its name is not repeated. */
  onlyKey: string | null;
  scale: number;
}

/** Actors over and under one Redis, steps from left to right, and at their end the question. */
export function BoardView({ board, later, onlyKey, scale }: Props) {
  const session = useSession();
  const { facts } = useStore("facts");
  const [ref, { width }] = useSize<HTMLElement>();
  const actors = board.gate.map(({ actor }) => actor);
  const { steps } = board;
  const layout = boardLayout(actors, { taken: steps.length, later: later.length }, width, scale);
  const { playheadX } = layout;
  const redis = layout.redisY;
  const hueOf = (actor: string) => actorHue(facts.actors.get(actor)?.index);
  const endX = (actor: string) => {
    const end = endOf(actor, board);
    return end === null ? layout.widthPx : layout.x(Math.max(0, end));
  };
  // The newest step, and the question after it, are in sight.
  useEffect(() => {
    const { current } = ref;
    if (current && width > 0) current.scrollLeft = playheadX + 130 * scale - width;
  }, [ref, playheadX, scale, width]);
  const goTo = (seq: number | null) => {
    session.detach();
    session.store.seek(seq);
  };
  return (
    <figure className="flex" aria-label="Steps so far">
      <ul className="relative w-[62px] shrink-0 present:w-[104px]" style={{ height: layout.heightPx }}>
        {actors.map((actor) => (
          <li
            key={actor}
            className="stage-text absolute flex -translate-y-1/2 items-center gap-2 font-semibold"
            style={{ top: layout.laneY.get(actor), color: hueOf(actor) }}
          >
            <ActorMark index={facts.actors.get(actor)?.index} size={Math.round(12 * scale)} />
            {actor}
          </li>
        ))}
        <li className="stage-text absolute -translate-y-1/2 font-semibold text-soft" style={{ top: redis }}>
          Redis
        </li>
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={ref} aria-label="Board" tabIndex={0} className="min-w-0 flex-1 overflow-x-auto overflow-y-hidden">
        <div className="relative" style={{ width: layout.widthPx }}>
          {width > 0 && (
            <svg
              aria-hidden="true"
              width={layout.widthPx}
              height={layout.heightPx}
              className="block"
              fontSize={12.5 * scale}
            >
              {actors.map((actor) => (
                <line
                  key={actor}
                  x2={endX(actor)}
                  y1={layout.laneY.get(actor)}
                  y2={layout.laneY.get(actor)}
                  stroke="var(--hair)"
                  strokeWidth={1.5 * scale}
                />
              ))}
              <line x2={layout.widthPx} y1={redis} y2={redis} stroke="var(--edge)" strokeWidth={1.5 * scale} />
              <StepMarks steps={steps} layout={layout} scale={scale} actors={facts.actors} onlyKey={onlyKey} />
              <line x1={playheadX} x2={playheadX} y2={layout.heightPx} stroke="var(--ink)" strokeWidth={2.5} />
              {later.length === 0 &&
                board.gate.map(({ actor, status }, i) => (
                  <Ghost
                    key={actor}
                    index={facts.actors.get(actor)?.index}
                    x={layout.x(steps.length)}
                    y={layout.laneY.get(actor) ?? 0}
                    scale={scale}
                    text={status === "waiting" ? String(i + 1) : status}
                    waits={status === "waiting"}
                  />
                ))}
            </svg>
          )}
          <div className="stage-small relative h-[24px] present:h-[36px]">
            <AxisButton x={0} label="Before the first step" text="start" onClick={() => goTo(board.startSeq)} />
            {[...steps, ...later].map((step, i) => (
              <AxisButton
                key={step.seq}
                x={layout.x(i) - 7 * scale}
                label={`Step ${i + 1}: ${choiceText(step.choice)}`}
                text={i === 0 || layout.columnPx > 70 ? `step ${i + 1}` : String(i + 1)}
                isNow={i === steps.length - 1}
                onClick={() => goTo(later.length === 0 && i === steps.length - 1 ? null : step.seq)}
              />
            ))}
            {later.length === 0 && (
              <span className="absolute top-1 whitespace-nowrap" style={{ left: layout.x(steps.length) - 7 * scale }}>
                {board.choices.length > 0 ? "who goes next?" : "everyone is done"}
              </span>
            )}
          </div>
        </div>
        <Twin panel={board} table={tableOf} />
      </section>
    </figure>
  );
}

interface AxisProps {
  x: number;
  label: string;
  text: string;
  isNow?: boolean;
  onClick: () => void;
}

function AxisButton({ x, label, text, isNow = false, onClick }: AxisProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-current={isNow ? "step" : undefined}
      title={label}
      className={`absolute top-1 rounded-sm hover:text-ink ${isNow ? "font-semibold text-ink" : ""}`}
      style={{ left: x }}
      onClick={onClick}
    >
      {text}
    </button>
  );
}
