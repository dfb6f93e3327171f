"use client";

import Link from "next/link";
import { useSession, useStore } from "../run/hooks";
import type { RunSession } from "../run/session";
import { ShareMenu } from "../share/share-menu";
import { Hint } from "../ui/hint";
import { ModeLamp } from "../ui/mode-lamp";
import { PageHeader } from "../ui/page-header";
import type { Theme } from "../ui/theme";
import { ThemeSwitch } from "../ui/theme-switch";
import { openKeys } from "./keys-sheet";

/** Where one is, what kind of thing is shown, and the few switches that concern the whole page. */
export function Header({ theme, comparable }: { theme: Theme; comparable: boolean }) {
  const session = useSession();
  const { pattern, view } = session;
  return (
    <PageHeader
      className="col-span-full"
      family={pattern.family}
      here={pattern.title}
      beside={
        comparable && (
          <Link href={`/compare/${pattern.family}`} className="quiet">
            Compare
          </Link>
        )
      }
    >
      <ModeLabel />
      <span className="whitespace-nowrap">
        {view && !session.replays.shown ? `Redis ${view.redisVersion}, this run's own` : ""}
        {view?.clock === "fallback" && !session.replays.shown
          ? "; clock: the system's, scenarios take their own time"
          : ""}
      </span>
      <ShareMenu />
      <ThemeSwitch initial={theme} />
      <button type="button" className="quiet" onClick={() => session.setPresent(true)}>
        Present <Hint>p</Hint>
      </button>
      <button type="button" className="quiet" onClick={openKeys}>
        Keys <Hint>?</Hint>
      </button>
    </PageHeader>
  );
}

/** LIVE, REPLAY, STEPPED or WATCHING: nothing that is staged is called live. */
export function ModeLabel() {
  const session = useSession();
  const store = useStore("playhead", "facts");
  const mode = modeOf(session);
  const running = store.playhead.live && session.connected && store.facts.status !== "ended";
  if (session.phase.kind !== "open") return null;
  const detached = !session.replays.shown && mode !== "WATCHING" && !session.owner && session.view !== null;
  return (
    <span className="flex items-center gap-3">
      <ModeLamp mode={mode} isLit={running} />
      {!session.connected && !session.replays.shown && <span>reconnecting…</span>}
      {detached && (
        <button type="button" className="link" onClick={() => session.rejoin()}>
          Rejoin
        </button>
      )}
    </span>
  );
}

function modeOf(session: RunSession): string {
  const { facts, playhead } = session.store;
  if (facts.status === "ended") return "REPLAY";
  if (!session.owner && session.following) return "WATCHING";
  if (!playhead.live) return "REPLAY";
  return facts.order === null ? "LIVE" : "STEPPED";
}
