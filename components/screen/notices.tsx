"use client";

import { useState } from "react";
import { ReplayNotices } from "../replay/replay-notices";
import { call } from "../run/api";
import { useSession, useStore } from "../run/hooks";
import type { ListedRun, Phase } from "../run/phase";
import { Problem } from "../ui/problem";

/** A line over the stage when the run is not as one expects: Redis gone, run ended, connection refused. */
export function RunBanner() {
  const session = useSession();
  const { status } = useStore("facts").facts;
  if (session.phase.kind !== "open" || session.replays.shown) return <ReplayNotices />;
  return (
    <div>
      <ReplayNotices />
      {status === "down" && (
        <div
          role="alert"
          className="mb-3 flex flex-wrap items-center justify-between gap-3 border-l-3 border-deny py-1 pl-3"
        >
          <p>
            <strong className="font-semibold">This run's Redis is gone</strong>, and every key with it. Other runs go
            on.
          </p>
          {session.owner && (
            <button
              type="button"
              className="button button-main"
              onClick={() => void session.try("run", "POST", "/faults/restart-redis", {})}
            >
              Restart Redis
            </button>
          )}
        </div>
      )}
      {status === "ended" && (
        <div
          role="alert"
          className="mb-3 flex flex-wrap items-center justify-between gap-3 border-l-3 border-ink py-1 pl-3"
        >
          <p>
            <strong className="font-semibold">This run has ended.</strong>{" "}
            {session.endedReason ?? "Its Redis is stopped."} What is left is its trace: scrub through it.
          </p>
          <button type="button" className="button button-main" onClick={() => void session.startNew()}>
            Start a new run
          </button>
        </div>
      )}
      <Problem place="run" />
    </div>
  );
}

/** In the stage's place while there is no run to show. */
export function PhaseNotice({ phase }: { phase: Exclude<Phase, { kind: "open" }> }) {
  const session = useSession();
  switch (phase.kind) {
    case "opening":
      return <Notice title="Starting a Redis of this run's own…" />;
    case "reading":
      return <Notice title="Reading the replay…" />;
    case "share-gone":
      return (
        <Notice title="This replay is no longer kept">
          <p>A shared replay stays for 7 days. This one is over, or was never made.</p>
          <button type="button" className="button button-main mt-4" onClick={() => void session.startNew()}>
            Start a live run
          </button>
        </Notice>
      );
    case "gone":
      return (
        <Notice title="This run has ended">
          <p>Its Redis is stopped and its trace is no longer kept. The address still knows what was set.</p>
          <button type="button" className="button button-main mt-4" onClick={() => void session.startNew()}>
            Start a new run like it
          </button>
        </Notice>
      );
    case "limit":
      return <LimitNotice message={phase.message} runs={phase.runs} />;
    case "failed":
      return (
        <Notice title="The run could not be opened">
          <p>{phase.message}</p>
          <button type="button" className="button button-main mt-4" onClick={() => void session.open()}>
            Try again
          </button>
        </Notice>
      );
  }
}

function LimitNotice({ message, runs }: { message: string; runs: ListedRun[] }) {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const end = async (ids: string[]) => {
    setBusy(true);
    await Promise.all(ids.map((id) => call("DELETE", `/api/runs/${id}`).catch(() => null)));
    setBusy(false);
    await session.open();
  };
  return (
    <Notice title={runs.length > 0 ? "All of your runs are taken" : "All runs are taken"}>
      <p>{message}</p>
      {runs.length === 0 && (
        <button type="button" className="button button-main mt-4" onClick={() => void session.open()}>
          Try again
        </button>
      )}
      {runs.length > 0 && (
        <>
          <p className="mt-2">Each has a Redis of its own. End one to make room.</p>
          <ul className="mt-4 border-t border-hair">
            {runs.map(({ runId, pattern, variant, createdAt }) => (
              <li key={runId} className="flex items-center gap-4 border-b border-hair py-2">
                <a className="link" href={`/patterns/${pattern}?run=${runId}`}>
                  {pattern}, {variant}
                </a>
                <span className="ml-auto text-soft">begun {new Date(createdAt).toLocaleTimeString("en-GB")}</span>
                <button
                  type="button"
                  className="button px-2 py-0.5"
                  disabled={busy}
                  aria-label={`End the run of ${pattern}, ${variant}`}
                  onClick={() => end([runId])}
                >
                  End
                </button>
              </li>
            ))}
          </ul>
          <button
            type="button"
            className="button button-main mt-4"
            disabled={busy}
            onClick={() => end(runs.map(({ runId }) => runId))}
          >
            End all and start here
          </button>
        </>
      )}
    </Notice>
  );
}

function Notice({ title, children }: { title: string; children?: React.ReactNode }) {
  return (
    <div role="status" className="m-auto w-full max-w-[480px]">
      <h2 className="mb-2 text-[17px] font-semibold">{title}</h2>
      {children}
    </div>
  );
}
