"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import { useSession, useStore } from "../run/hooks";
import { CopyLink } from "../share/copy-link";
import { Problem } from "../ui/problem";
import { type Board, type BoardStep, boardOf, onlyKeyOf } from "./board";
import { BoardView } from "./board-view";
import { Choices } from "./choices";
import { useStepKeys } from "./use-step-keys";
import { passedText, stepText } from "./words";

/** A stepped run's own part of the page: the board, and who goes next. */
export function StepDesk() {
  const session = useSession();
  const store = useStore("events", "playhead", "facts");
  const { live, seq } = store.playhead;
  const { lastSeq } = store.log;
  const whole = useMemo(() => boardOf(store.log.range(1, lastSeq).events), [store, lastSeq]);
  const board = useMemo(
    () => (live || seq >= lastSeq ? whole : boardOf(store.log.range(1, seq).events)),
    [store, live, seq, lastSeq, whole],
  );
  const later = useMemo(() => stepsAfter(board, whole), [board, whole]);
  const [armed, setArmed] = useState(false);
  const disarm = useCallback(() => setArmed(false), []);
  useStepKeys(armed ? disarm : null);
  // What a frame swallowed of a long order is brought, so that the board lacks no step.
  const { holes } = store;
  useEffect(() => {
    for (const { fromSeq, toSeq, dropped } of holes) if (!dropped) store.onHole?.(fromSeq, toSeq);
  }, [store, holes]);

  const { step } = session;
  const { scenario, actors } = step.story;
  const onlyKey = onlyKeyOf(whole.steps);
  const title = session.pattern.scenarios.find(({ id }) => id === scenario)?.title ?? "A race of your own";
  const isPast = later.length > 0;
  // A race of one's own is known to the address only; without it nothing can be begun again.
  const canBranch = scenario !== null || actors !== null;
  const choose = (choice: string) => {
    setArmed(false);
    void step.choose(choice, isPast ? board.order : null);
  };
  const lock = step.lock ?? (isPast && !canBranch ? "You are looking back; go to the last step to choose." : null);
  return (
    <section aria-label="Step by step" className="step-desk mb-4 border-b border-hair pb-4 present:mb-8 present:pb-8">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <h2 className="text-[15px] font-semibold present:text-[24px]">{title}</h2>
        <p className="stage-small">
          frozen clock, {passedText(board.passedUs)}
          {onlyKey === null ? "" : `; in Redis: ${onlyKey}`}
          {session.view?.clock === "fallback" ? "; Redis’ own clock runs on: only deadlines are moved" : ""}
        </p>
        <div className="stage-small ml-auto flex flex-wrap gap-x-4 present:hidden">
          <CopyLink className="quiet link" copied="Link copied" text={() => session.orderUrl(board.order)}>
            Copy this order as a link
          </CopyLink>
          {session.owner && (
            <button type="button" className="quiet link" onClick={() => void step.leave()}>
              Back to the live run
            </button>
          )}
        </div>
      </div>
      {board.before.length > 0 && (
        <p className="stage-small mb-1 truncate">
          Before the start: <code>{board.before.join(" · ")}</code>
        </p>
      )}
      <BoardView board={board} later={later} onlyKey={onlyKey} scale={session.present ? 1.5 : 1} />
      <div className="mt-3 min-h-[112px] present:min-h-[180px]">
        <Where board={board} later={later} />
        {board.startSeq !== null && board.choices.length === 0 && !isPast && !armed ? (
          <TheEnd scenario={scenario} lock={step.lock} onUndo={() => void step.undo()} />
        ) : (
          <Choices
            board={board}
            lock={lock}
            armed={armed}
            onArm={setArmed}
            onChoose={choose}
            onUndo={isPast || board.steps.length === 0 ? null : () => void step.undo()}
          />
        )}
      </div>
      <Problem place="step" />
    </section>
  );
}

/** Looking back: where one is, and the way on. One height, so that nothing moves when it comes. */
function Where({ board, later }: { board: Board; later: readonly BoardStep[] }) {
  const session = useSession();
  const next = later[0];
  const at = board.steps.length;
  const last = board.steps.at(-1);
  const goTo = (seq: number | null) => {
    session.detach();
    session.store.seek(seq);
  };
  return (
    <p className="stage-small mb-1.5 flex min-h-[1.5em] flex-wrap gap-x-4">
      <span aria-live="polite">
        {next
          ? `${at === 0 ? "Before the first" : `After step ${at}`} of ${at + later.length} steps. Choose another way from here, or`
          : last
            ? stepText(last)
            : board.text}
      </span>
      {next && (
        <>
          <button type="button" className="link text-ink" onClick={() => goTo(next.seq)}>
            show step {at + 1}
          </button>
          <button type="button" className="link text-ink" onClick={() => goTo(null)}>
            go to the end
          </button>
        </>
      )}
    </p>
  );
}

/** Nobody has anything left to do: what it came to. */
function TheEnd({ scenario, lock, onUndo }: { scenario: string | null; lock: string | null; onUndo: () => void }) {
  const session = useSession();
  const store = useStore("slow", "playhead");
  const { verdict } = store.picture();
  const holds = verdict?.holds ?? null;
  return (
    <div role="status" aria-label="The end" className="flex min-h-[74px] flex-wrap items-center gap-x-6 gap-y-3">
      <p className="min-w-[260px] flex-1 text-[16px] present:text-[26px]">
        <strong className={`font-semibold ${holds === false ? "text-deny" : ""}`}>
          {holds === null ? "Not judged." : holds ? "It holds, in this order." : "Broken, in this order."}
        </strong>{" "}
        {verdict?.text}
      </p>
      <div className="flex gap-2.5">
        <button
          type="button"
          data-step-key="u"
          className="button present:text-[20px]"
          disabled={lock !== null}
          title={lock ?? undefined}
          onClick={onUndo}
        >
          Undo <kbd className="key">u</kbd>
        </button>
        {scenario !== null && (
          <button
            type="button"
            className="button button-main present:text-[20px]"
            disabled={lock !== null}
            title={lock ?? "Runs every order of these commands on real Redis"}
            onClick={() => void session.orders.start(scenario)}
          >
            Explore every order
          </button>
        )}
      </div>
    </div>
  );
}

/** Steps of the whole trace that come after the playhead's; none when an undo lies between. */
function stepsAfter(board: Board, whole: Board): readonly BoardStep[] {
  if (board === whole || board.startSeq !== whole.startSeq) return [];
  return whole.steps.slice(board.steps.length);
}
