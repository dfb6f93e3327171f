"use client";

import { useCallback, useEffect, useState } from "react";
import type { PatternDescription } from "@/lib/contract";
import { Controls } from "../controls/controls";
import type { LessonText } from "../lesson/lesson-pane";
import { SessionContext, useMedia, useSession } from "../run/hooks";
import { RunSession } from "../run/session";
import type { HighlightedFile } from "../source/highlighted";
import { Announcer } from "../stage/announcer";
import { StageView } from "../stage/stage-view";
import { VerdictLine } from "../stage/verdict";
import { Timeline } from "../timeline/timeline";
import type { Theme } from "../ui/theme";
import { LazyWire } from "../wire/lazy-wire";
import { Caption } from "./caption";
import { Header } from "./header";
import { KeysSheet } from "./keys-sheet";
import { PhaseNotice, RunBanner } from "./notices";
import { SidePane } from "./side-pane";
import { useShortcuts } from "./use-shortcuts";

interface Props {
  pattern: PatternDescription;
  files: HighlightedFile[];
  lesson: LessonText;
  present: boolean;
  theme: Theme;
}

/** A pattern's page: one session for one visit, and the places of its parts. */
export function PatternScreen(props: Props) {
  const [session] = useState(() => new RunSession(props.pattern, props.present));
  useEffect(() => {
    // Later than the effect itself: React's development mode mounts twice, and one visit must make one run.
    const timer = setTimeout(() => void session.open(), 0);
    return () => {
      clearTimeout(timer);
      session.close();
    };
  }, [session]);
  return (
    <SessionContext value={session}>
      <Layout {...props} />
    </SessionContext>
  );
}

function Layout({ pattern, files, lesson, theme }: Props) {
  const session = useSession();
  const wide = useMedia("(min-width: 1180px)");
  const [large, setLarge] = useState({ wire: false, code: false });
  const toggle = useCallback((what: "wire" | "code") => setLarge((old) => ({ ...old, [what]: !old[what] })), []);
  useShortcuts(session, toggle);
  const { phase, present } = session;
  return (
    <div
      data-present={present ? "" : undefined}
      data-wire={large.wire ? "large" : undefined}
      data-code={large.code ? "wide" : undefined}
      className="screen bg-bg text-ink"
    >
      <Header theme={theme} />
      <main id="main" className="screen-main">
        <div className="mb-4 present:mb-8">
          <h1 className="text-[21px] font-semibold tracking-[-0.01em] present:text-[34px]">{pattern.title}</h1>
          <p className="text-soft present:text-[20px]">{pattern.summary}</p>
        </div>
        <RunBanner />
        <section aria-label="Stage" className="flex min-h-0 flex-1 flex-col">
          {phase.kind === "open" ? <StageView /> : <PhaseNotice phase={phase} />}
        </section>
        <div className="screen-verdict">
          <VerdictLine />
          {present && <Caption files={files} />}
        </div>
        <Announcer />
      </main>
      <aside aria-label="Controls" className="screen-controls present:hidden">
        <Controls />
      </aside>
      <aside aria-label="Code, lesson and keys" className="screen-side present:hidden">
        <SidePane
          files={files}
          lesson={lesson}
          withWire={!wide}
          codeWide={large.code}
          onWiden={wide ? () => toggle("code") : null}
        />
      </aside>
      <div className="screen-time present:hidden" inert={phase.kind !== "open"}>
        <Timeline />
      </div>
      {wide && (
        <div className="screen-wire present:hidden">
          <LazyWire large={large.wire} onEnlarge={() => toggle("wire")} />
        </div>
      )}
      <KeysSheet />
    </div>
  );
}
