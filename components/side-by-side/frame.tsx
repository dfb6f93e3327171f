"use client";

import type { ReactNode } from "react";
import type { Family } from "@/lib/contract";
import type { Theme } from "../ui/theme";
import { useChanges } from "./hooks";
import { SetupForm } from "./setup-form";
import { StartBar } from "./start-bar";
import type { Visit } from "./visit";
import { VisitHeader, VisitMode } from "./visit-header";
import { VisitNotice } from "./visit-notice";

interface Props {
  visit: Visit;
  family: Family;
  theme: Theme;
  title: string;
  /** Under the title, in a sentence. */
  summary: string;
  /** What runs, in the plural: "The limiters and their keys". */
  runs: string;
  /** What Start will do. */
  start: string;
  /** Draws again by itself when it changes. */
  standing: ReactNode;
  setup: ReactNode;
  /** The stage first. */
  children: ReactNode;
}

/** The places of a page that puts one load on several runs. */
export function Frame({ visit, family, theme, title, summary, runs, start, standing, setup, children }: Props) {
  const { present } = useChanges(visit);
  return (
    <div data-present={present ? "" : undefined} className="compare bg-bg text-ink">
      <VisitHeader visit={visit} family={family} theme={theme} />
      <main id="main" className="compare-main">
        <div className="mb-4 flex flex-wrap items-end justify-between gap-x-8 gap-y-1 present:mb-6">
          <div>
            <h1 className="text-[21px] font-semibold tracking-[-0.01em] present:text-[34px]">{title}</h1>
            <p className="text-soft present:text-[20px]">{summary}</p>
          </div>
          {standing}
        </div>
        <VisitNotice visit={visit} gone={runs} />
        {children}
      </main>
      <aside aria-label="Controls" className="compare-setup present:hidden">
        <SetupForm visit={visit}>{setup}</SetupForm>
      </aside>
      <div className="compare-bar present:hidden">
        <StartBar visit={visit} what={start} />
      </div>
    </div>
  );
}

/** Where it stands, to look at; and once it is over what came of it, to listen to. */
export function Standing({ visit, text, outcome }: { visit: Visit; text: string; outcome: string }) {
  const { present, isRunning, phase, view } = useChanges(visit);
  return (
    <>
      <div className="stage-text flex flex-wrap items-baseline gap-x-6 text-soft">
        {present && isRunning && <VisitMode visit={visit} />}
        {/* As wide as it will ever be: a line that breaks later would push the stage down. */}
        <p className="min-w-[22ch] md:min-w-[46ch]">
          {text}
          {present && phase !== "opening" && !view && " Space starts it."}
        </p>
      </div>
      <p aria-live="polite" className="sr-only">
        {outcome}
      </p>
    </>
  );
}
