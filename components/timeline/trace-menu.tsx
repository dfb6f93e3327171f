"use client";

import { useReplays } from "../replay/use-replays";
import { useSession } from "../run/hooks";
import { Popover } from "../ui/popover";

/** The trace as a file: out of the page, and back onto it. */
export function TraceMenu() {
  const session = useSession();
  const { shown } = useReplays();
  const name = `${session.pattern.id}-trace`;
  const path =
    shown === null
      ? session.view && `/api/runs/${session.view.runId}/trace`
      : shown.share && `/api/shares/${shown.share}`;
  return (
    <Popover
      label="Trace"
      title="Download the trace, or replay one from a file"
      className="quiet px-1 text-[12.5px] text-ink"
    >
      {(close) => (
        <div className="flex flex-col gap-4">
          {path && (
            <div>
              <h3 className="heading mb-1.5">Download all events so far</h3>
              <p className="flex gap-4">
                <a className="link" href={path} download={`${name}.ndjson`}>
                  NDJSON
                </a>
                {shown === null && (
                  <a className="link" href={`${path}?format=csv`} download={`${name}.csv`}>
                    CSV
                  </a>
                )}
              </p>
            </div>
          )}
          <div>
            <h3 className="heading mb-1.5">Replay a trace</h3>
            <label className="button inline-flex has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ink">
              Open a trace file…
              <input
                type="file"
                accept=".ndjson,.jsonl,application/x-ndjson"
                className="sr-only"
                onChange={(event) => {
                  const file = event.currentTarget.files?.[0];
                  event.currentTarget.value = "";
                  close();
                  if (file) void session.replays.openFile(file);
                }}
              />
            </label>
            <p className="mt-2 text-soft">
              NDJSON as downloaded here, up to 64 MB. Or drop it anywhere on the page. It never leaves this browser.
            </p>
          </div>
        </div>
      )}
    </Popover>
  );
}
