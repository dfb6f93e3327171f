"use client";

import type { ReactNode } from "react";
import { crashOf, readChoice, TICK } from "@/lib/choices";
import type { GateView } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { useSession, useStore } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";
import { Hint } from "../ui/hint";
import type { Board } from "./board";
import { choiceText, standText } from "./words";

interface Props {
  board: Board;
  /** Why nobody can be chosen; null when one can. */
  lock: string | null;
  /** The next choice is who dies. */
  armed: boolean;
  onArm: (armed: boolean) => void;
  onChoose: (choice: string) => void;
  /** Null: there is nothing to undo here. */
  onUndo: (() => void) | null;
}

/** Who stands at the gate, with what: each a large button and a key. Who cannot go says why. */
export function Choices({ board, lock, armed, onArm, onChoose, onUndo }: Props) {
  const store = useStore("playhead", "facts");
  const { nowUs } = store.picture();
  const { gate, choices } = board;
  const canTick = choices.includes(TICK);
  const canCrash = gate.some(({ actor }) => choices.includes(crashOf(actor)));
  return (
    <>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,196px),1fr))] gap-2.5 present:grid-cols-[repeat(auto-fit,minmax(290px,1fr))]">
        {gate.map((view, i) => (
          <ActorChoice
            key={view.actor}
            view={view}
            digit={i + 1}
            nowUs={nowUs}
            armed={armed}
            reason={lock ?? (choices.includes(armed ? crashOf(view.actor) : view.actor) ? null : "")}
            onChoose={() => onChoose(armed ? crashOf(view.actor) : view.actor)}
          />
        ))}
      </div>
      <div className="mt-2.5 flex flex-wrap items-center gap-2.5">
        <button
          type="button"
          data-step-key="t"
          className="button px-2.5 py-1 present:text-[20px]"
          disabled={lock !== null || armed || !canTick}
          title={lock ?? (canTick ? "The clock goes on to the next deadline, 1 ms past it" : "Nothing waits for time")}
          onClick={() => onChoose(TICK)}
        >
          Let time pass <Hint>t</Hint>
        </button>
        <button
          type="button"
          data-step-key="x"
          aria-pressed={armed}
          className="button px-2.5 py-1 present:text-[20px] aria-pressed:border-deny aria-pressed:text-deny"
          disabled={lock !== null || !(armed || canCrash)}
          title={lock ?? (canCrash ? "The next choice is whose process dies" : "Nobody is left to crash")}
          onClick={() => onArm(!armed)}
        >
          {armed ? "Crash nobody" : "Crash one…"} <Hint>x</Hint>
        </button>
        {choices
          .filter((choice) => readChoice(choice).kind === "restart")
          .map((choice) => (
            <button
              key={choice}
              type="button"
              data-step-key="r"
              className="button px-2.5 py-1 present:text-[20px]"
              disabled={lock !== null || armed}
              title={lock ?? "It crashes and is back at once; it keeps nothing on disk"}
              onClick={() => onChoose(choice)}
            >
              {capital(choiceText(choice))} <Hint>r</Hint>
            </button>
          ))}
        <button
          type="button"
          data-step-key="u"
          className="button px-2.5 py-1 present:text-[20px]"
          disabled={lock !== null || onUndo === null}
          title={lock ?? "Takes the last step back: the steps before it run again on an emptied Redis"}
          onClick={onUndo ?? undefined}
        >
          Undo <Hint>u</Hint>
        </button>
        {lock !== null && <p className="stage-small">{lock}</p>}
        {armed && <p className="stage-small text-deny">Whose process dies now? Esc: nobody’s.</p>}
      </div>
    </>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface ActorProps {
  view: GateView;
  digit: number;
  nowUs: number;
  armed: boolean;
  /** Not null: cannot be chosen; empty when its state says why. */
  reason: string | null;
  onChoose: () => void;
}

function ActorChoice({ view, digit, nowUs, armed, reason, onChoose }: ActorProps) {
  const { store, present } = useSession();
  const { actors } = store.facts;
  const index = actors.get(view.actor)?.index;
  const isOut = view.status === "done" || view.status === "crashed";
  return (
    <ChoiceButton
      name={String(digit)}
      disabled={reason !== null}
      title={reason || view.commands.join("\n")}
      danger={armed && reason === null}
      onClick={onChoose}
    >
      <span className="flex items-baseline gap-1.5">
        <span
          className="flex items-baseline gap-1.5 font-semibold"
          style={{ color: isOut ? undefined : actorHue(index) }}
        >
          {armed && reason === null && <span className="text-deny">Crash</span>}
          <ActorMark index={index} size={present ? 16 : 11} />
          {view.actor}
        </span>{" "}
        {!armed && standText(view, nowUs)}
      </span>{" "}
      <Line mono>{view.commands.join(" · ")}</Line>
    </ChoiceButton>
  );
}

interface ChoiceProps {
  name: string;
  disabled: boolean;
  title: string | null;
  danger?: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** Of one height whatever it says: what is chosen must not move away from under the hand. */
function ChoiceButton({ name, disabled, title, danger = false, onClick, children }: ChoiceProps) {
  return (
    <button
      type="button"
      data-step-key={name}
      className={`button stage-text min-h-[74px] items-start px-3 py-2 present:min-h-[118px] present:px-4 ${danger ? "border-deny" : ""}`}
      disabled={disabled}
      title={title || undefined}
      onClick={onClick}
    >
      <span className="min-w-0">{children}</span>
      <span
        aria-hidden="true"
        className="shrink-0 rounded-[3px] border border-hair px-1.5 text-[12px] text-soft present:text-[18px]"
      >
        {name}
      </span>
    </button>
  );
}

function Line({ mono = false, children }: { mono?: boolean; children: ReactNode }) {
  return (
    <span
      className={`mt-0.5 line-clamp-2 text-[13px] break-words present:text-[18px] ${mono ? "font-mono" : "text-soft"}`}
    >
      {children}
    </span>
  );
}
