"use client";

import { Hint } from "../ui/hint";
import { useChanges } from "./hooks";
import type { Visit } from "./visit";

/** Starts and stops; whatever stands against it is said right here. @param what it will do: the button's tooltip */
export function StartBar({ visit, what }: { visit: Visit; what: string }) {
  const { lock, view, problem, isRunning, obstacle, phase } = useChanges(visit);
  const isOwn = view?.owner ?? false;
  return (
    <div className="compare-start border-hair bg-bg px-4 py-3">
      <div role="status" aria-label="Why it does not start" className={obstacle || problem ? "mb-2" : undefined}>
        {obstacle && lock === null && <p className="text-soft">{obstacle}</p>}
        {problem && <p className="border-l-2 border-deny pl-2 text-deny">{problem}</p>}
      </div>
      <div className="flex gap-2">
        <button
          type="button"
          data-shortcut="primary"
          className="button button-main flex-1"
          // Not `disabled` while it runs: the focus would be lost by starting.
          aria-disabled={lock !== null}
          disabled={lock === null && obstacle !== null}
          title={lock ?? obstacle ?? what}
          onClick={() => visit.startIfReady()}
        >
          {phase === "opening" ? "Starting…" : isRunning ? "Running…" : view ? "Start again" : "Start"}
          {lock === null && <Hint>Space</Hint>}
        </button>
        {isRunning && isOwn && (
          <button type="button" className="button" onClick={() => void visit.stop()}>
            Stop
          </button>
        )}
        {isRunning && !isOwn && (
          <button type="button" className="button" onClick={() => visit.detach()}>
            Set up your own
          </button>
        )}
      </div>
    </div>
  );
}
