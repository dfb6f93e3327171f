"use client";

import { numberText } from "../run/format";
import { Hint } from "../ui/hint";
import { useComparison } from "./hooks";
import { obstacle } from "./setup";

/** Starts and stops; whatever stands against it is said right here. */
export function StartBar() {
  const session = useComparison();
  const { lock, setup, view, problem, isRunning } = session;
  const inTheWay = obstacle(setup);
  const isOwn = view?.owner ?? false;
  return (
    <div className="compare-start border-hair bg-bg px-4 py-3">
      <div role="status" aria-label="Why it does not start" className={inTheWay || problem ? "mb-2" : undefined}>
        {inTheWay && lock === null && <p className="text-soft">{inTheWay}</p>}
        {problem && <p className="border-l-2 border-deny pl-2 text-deny">{problem}</p>}
      </div>
      <div className="flex gap-2">
        <button
          type="button"
          data-shortcut="primary"
          className="button button-main flex-1"
          // Not `disabled` while it runs: the focus would be lost by starting.
          aria-disabled={lock !== null}
          disabled={lock === null && inTheWay !== null}
          title={lock ?? inTheWay ?? `${numberText(setup.rate * setup.seconds, 0)} requests in ${setup.seconds} s`}
          onClick={() => session.startIfReady()}
        >
          {session.phase === "opening" ? "Starting…" : isRunning ? "Running…" : view ? "Start again" : "Start"}
          {lock === null && <Hint>Space</Hint>}
        </button>
        {isRunning && isOwn && (
          <button type="button" className="button" onClick={() => void session.stop()}>
            Stop
          </button>
        )}
        {isRunning && !isOwn && (
          <button type="button" className="button" onClick={() => session.detach()}>
            Set up your own
          </button>
        )}
      </div>
    </div>
  );
}
