"use client";

import { useEffect, useState } from "react";
import { FAMILIES, type Family, type PatternDescription } from "@/lib/contract";
import type { Theme } from "../ui/theme";
import { CompareHeader, CompareMode } from "./compare-header";
import { CompareNotice } from "./compare-notices";
import { CompareStage } from "./compare-stage";
import { DisagreementTable } from "./disagreement-table";
import { FactsTable } from "./facts-table";
import { CompareContext, useAnswers, useComparison } from "./hooks";
import { outcomeText, standingText } from "./outcome";
import { CompareSession } from "./session";
import { SetupPanel } from "./setup-panel";
import { StartBar } from "./start-bar";
import { useCompareShortcuts } from "./use-compare-shortcuts";

interface Props {
  family: Family;
  patterns: PatternDescription[];
  /** The address' query, as the server saw it. */
  search: string;
  theme: Theme;
}

/** The page that compares limiters: one session for one visit, and the places of its parts. */
export function CompareScreen({ family, patterns, search, theme }: Props) {
  const [session] = useState(() => new CompareSession(family, patterns, search));
  useEffect(() => {
    // Later than the effect itself: React's development mode mounts twice.
    const timer = setTimeout(() => session.enter(), 0);
    return () => {
      clearTimeout(timer);
      session.close();
    };
  }, [session]);
  return (
    <CompareContext value={session}>
      <Layout theme={theme} />
    </CompareContext>
  );
}

function Layout({ theme }: { theme: Theme }) {
  const session = useComparison();
  useCompareShortcuts(session);
  return (
    <div data-present={session.present ? "" : undefined} className="compare bg-bg text-ink">
      <CompareHeader theme={theme} />
      <main id="main" className="compare-main">
        <div className="mb-4 flex flex-wrap items-end justify-between gap-x-8 gap-y-1 present:mb-6">
          <div>
            <h1 className="text-[21px] font-semibold tracking-[-0.01em] present:text-[34px]">
              {FAMILIES[session.family]}: one stream, several limiters
            </h1>
            <p className="text-soft present:text-[20px]">
              Every request goes to all of them at the same instant, each on a Redis of its own.
            </p>
          </div>
          <Standing />
        </div>
        <CompareNotice />
        <section aria-label="Stage">
          <CompareStage />
        </section>
        <FactsTable />
        <DisagreementTable />
      </main>
      <aside aria-label="Controls" className="compare-setup present:hidden">
        <SetupPanel />
      </aside>
      <div className="compare-bar present:hidden">
        <StartBar />
      </div>
    </div>
  );
}

function Standing() {
  const session = useComparison();
  useAnswers(session);
  return (
    <>
      <div className="stage-text flex flex-wrap items-baseline gap-x-6 text-soft">
        {session.present && session.isRunning && <CompareMode />}
        <p className="min-w-[22ch]">
          {standingText(session)}
          {session.present && session.phase !== "opening" && !session.view && " Space starts it."}
        </p>
      </div>
      <p aria-live="polite" className="sr-only">
        {outcomeText(session)}
      </p>
    </>
  );
}
