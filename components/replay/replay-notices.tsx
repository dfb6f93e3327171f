"use client";

import { untilText } from "../run/format";
import { useSession } from "../run/hooks";
import { useReplays } from "./use-replays";

/** Over the stage: that this is a replay and how to leave it, how far a file has been read, or what is wrong with it. */
export function ReplayNotices() {
  const session = useSession();
  const replays = useReplays();
  const { shown, progress, problem } = replays;
  return (
    <>
      {shown && (
        <div
          role="status"
          aria-label="Replay"
          className="mb-3 flex flex-wrap items-center justify-between gap-3 border-l-3 border-ink py-1 pl-3 present:text-[20px]"
        >
          <p>
            <strong className="font-semibold">REPLAY</strong>{" "}
            {shown.file === null ? (
              <>of a shared run{shown.expiresAt ? `, kept until ${untilText(shown.expiresAt)}` : ""}.</>
            ) : (
              <>
                of <span className="font-mono break-all">{shown.file}</span>. It stays in this browser.
              </>
            )}{" "}
            No Redis is behind it: nothing can be done to it.
          </p>
          <button type="button" className="button button-main" onClick={() => replays.leave()}>
            {session.view ? "Back to the live run" : "Start a live run"}
          </button>
        </div>
      )}
      {progress !== null && (
        <p role="status" className="mb-3 border-l-3 border-hair py-1 pl-3 text-soft">
          Reading the trace: {Math.round(progress * 100)} %
        </p>
      )}
      {problem && (
        <div
          role="alert"
          className="mb-3 flex flex-wrap items-center justify-between gap-3 border-l-3 border-deny py-1 pl-3"
        >
          <p>
            <strong className="font-semibold">This file cannot be replayed.</strong> {problem.message}{" "}
            {problem.pattern !== null && (
              <>
                <a className="link" href={`/patterns/${problem.pattern}`}>
                  Open its page
                </a>{" "}
                and drop it there.
              </>
            )}
          </p>
          <button type="button" className="quiet" onClick={() => replays.dismiss()}>
            Dismiss
          </button>
        </div>
      )}
    </>
  );
}
