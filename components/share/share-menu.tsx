"use client";

import { useState } from "react";
import type { CreatedShare } from "@/lib/contract";
import { call } from "../run/api";
import { untilText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { messageOf } from "../run/phase";
import { Popover } from "../ui/popover";
import { CopyLink } from "./copy-link";

/** Links for others: to watch while the run lives, or to replay what has been, for a week. */
export function ShareMenu() {
  const session = useSession();
  return (
    <Popover
      label="Share"
      title="Links by which others watch this run or replay it"
      className="quiet"
      disabled={session.phase.kind !== "open"}
    >
      {() => <Links />}
    </Popover>
  );
}

function Links() {
  const session = useSession();
  const { playhead } = useStore("playhead");
  const { shown } = session.replays;
  if (shown?.share)
    return (
      <Link
        title="Replay link"
        about={shown.expiresAt ? `Kept until ${untilText(shown.expiresAt)}.` : ""}
        url={session.shareUrl()}
      />
    );
  if (shown) return <p>This replay comes from a file that only this browser has: there is no link to it.</p>;
  return (
    <div className="flex flex-col gap-5">
      <Link
        title="Watch link"
        about={`Others watch this run while it lives${playhead.live ? "" : ", from this moment of it"}; only you can act.`}
        url={session.shareUrl()}
      />
      <ReplayLink at={playhead.live ? null : playhead.seq} />
    </div>
  );
}

/** Made when it is asked for: the trace as it is at that moment. */
function ReplayLink({ at }: { at: number | null }) {
  const session = useSession();
  const [made, setMade] = useState<{ share: CreatedShare; at: number | null } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setMade({ share: await call<CreatedShare>("POST", `/api/runs/${session.view?.runId}/share`, {}), at });
    } catch (error) {
      setProblem(messageOf(error));
    }
    setBusy(false);
  };
  const kb = made ? Math.ceil(made.share.bytes / 1024) : 0;
  return (
    <div role="status" aria-label="Replay link">
      {made ? (
        <Link
          title="Replay link"
          about={`All that has happened so far, kept until ${untilText(new Date(made.share.expiresAt))}; ${kb} KB.`}
          url={`${location.origin}${made.share.url}${made.at === null ? "" : `&at=${made.at}`}`}
        />
      ) : (
        <>
          <h3 className="heading">Replay link</h3>
          <p className="mt-0.5 mb-2">All that has happened so far, without a Redis, kept 7 days by this server.</p>
          <button
            type="button"
            className="button"
            disabled={busy || !session.owner}
            title={session.owner ? undefined : "Only the run's owner can have it kept."}
            onClick={make}
          >
            {busy ? "Saving…" : "Make a replay link"}
          </button>
        </>
      )}
      {problem !== null && <p className="mt-2 border-l-2 border-deny pl-2 text-deny">{problem}</p>}
    </div>
  );
}

function Link({ title, about, url }: { title: string; about: string; url: string }) {
  return (
    <div>
      <h3 className="heading">{title}</h3>
      <p className="mt-0.5 mb-2">{about}</p>
      <div className="flex gap-2">
        <input
          readOnly
          aria-label={title}
          className="field flex-1 font-mono text-[12px]"
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyLink text={() => url} copied="Copied" className="button w-[68px] justify-center">
          Copy
        </CopyLink>
      </div>
    </div>
  );
}
