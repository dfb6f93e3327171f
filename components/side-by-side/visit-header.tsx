"use client";

import type { Family } from "@/lib/contract";
import { CopyButton } from "../ui/copy-button";
import { Hint } from "../ui/hint";
import { ModeLamp } from "../ui/mode-lamp";
import { PageHeader } from "../ui/page-header";
import type { Theme } from "../ui/theme";
import { ThemeSwitch } from "../ui/theme-switch";
import { useChanges } from "./hooks";
import type { Visit } from "./visit";

/** As on a pattern's page: where one is, what is shown, and what concerns the whole page. */
export function VisitHeader({ visit, family, theme }: { visit: Visit; family: Family; theme: Theme }) {
  return (
    <PageHeader className="compare-head" family={family} here="Compare">
      <VisitMode visit={visit} />
      <ShareButton visit={visit} />
      <ThemeSwitch initial={theme} />
      <button type="button" className="quiet" onClick={() => visit.setPresent(true)}>
        Present <Hint>p</Hint>
      </button>
    </PageHeader>
  );
}

/** LIVE while requests go out, WATCHING when they are somebody else's, OVER afterwards. */
export function VisitMode({ visit }: { visit: Visit }) {
  const { view, isRunning, connected } = useChanges(visit);
  if (!view) return null;
  const mode = !isRunning ? "OVER" : view.owner ? "LIVE" : "WATCHING";
  const isLit = isRunning && connected;
  return (
    <span className="flex items-center gap-3">
      {isRunning && !connected && <span>reconnecting…</span>}
      <ModeLamp mode={mode} isLit={isLit} />
    </span>
  );
}

function ShareButton({ visit }: { visit: Visit }) {
  return (
    <CopyButton
      className="quiet w-[46px] text-left"
      title="Copies a link: others watch this comparison by it, or find the same set-up"
      text={() => visit.shareUrl()}
      copied="Copied"
      onRefused={() => visit.report("The browser does not let this page copy. The address bar holds the same link.")}
    >
      Share
    </CopyButton>
  );
}
