"use client";

import { useCallback, useEffect, useState } from "react";
import type { PatternDescription } from "@/lib/contract";
import { Controls } from "../controls/controls";
import type { LessonText } from "../lesson/lesson-pane";
import { LessonWalk } from "../lesson/lesson-walk";
import { useWalk, WalkContext } from "../lesson/walk-context";
import { FileDrop } from "../replay/file-drop";
import { SessionContext, useMedia, useSession } from "../run/hooks";
import { RunSession } from "../run/session";
import { LazyQr } from "../share/lazy-qr";
import type { HighlightedFile } from "../source/highlighted";
import { Announcer } from "../stage/announcer";
import { StageView } from "../stage/stage-view";
import { VerdictLine } from "../stage/verdict";
import { StepPlace } from "../step/step-place";
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
  /** Can it be compared with others of its family? */
  comparable: boolean;
}

/** A pattern's page: one session for one visit, and the places of its parts. */
export function PatternScreen(props: Props) {
  const [session] = useState(() => new RunSession(props.pattern, props.present));
  const [walk] = useState(() => new LessonWalk(session, props.lesson.sections));
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
      <WalkContext value={walk}>
        <Layout {...props} />
      </WalkContext>
    </SessionContext>
  );
}

function Layout({ pattern, files, lesson, theme, comparable }: Props) {
  const session = useSession();
  const wide = useMedia("(min-width: 1180px)");
  const [large, setLarge] = useState({ wire: false, code: false, qr: false });
  const toggle = useCallback((what: keyof typeof large) => setLarge((old) => ({ ...old, [what]: !old[what] })), []);
  useShortcuts(session, useWalk(), toggle);
  const { phase, present } = session;
  return (
    <div
      data-present={present ? "" : undefined}
      data-wire={large.wire ? "large" : undefined}
      data-code={large.code ? "wide" : undefined}
      data-qr={present && large.qr ? "" : undefined}
      className="screen bg-bg text-ink"
    >
      <Header theme={theme} comparable={comparable} />
      <main id="main" className="screen-main">
        <div className="mb-4 present:mb-8">
          <h1 className="text-[21px] font-semibold tracking-[-0.01em] present:text-[34px]">{pattern.title}</h1>
          <p className="text-soft present:text-[20px]">{pattern.summary}</p>
        </div>
        <RunBanner />
        {phase.kind === "open" && <StepPlace />}
        <section aria-label="Stage" className="flex flex-col">
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
      {present && large.qr && <LazyQr />}
      <FileDrop />
      <KeysSheet />
    </div>
  );
}
