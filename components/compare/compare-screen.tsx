"use client";

import { FAMILIES, type Family, type PatternDescription } from "@/lib/contract";
import { numberText } from "../run/format";
import { Frame, Standing } from "../side-by-side/frame";
import { useNewVisit } from "../side-by-side/hooks";
import { useVisitShortcuts } from "../side-by-side/use-visit-shortcuts";
import type { Theme } from "../ui/theme";
import { CompareStage } from "./compare-stage";
import { DisagreementTable } from "./disagreement-table";
import { FactsTable } from "./facts-table";
import { CompareContext, useAnswers, useComparison } from "./hooks";
import { outcomeText, standingText } from "./outcome";
import { CompareSession } from "./session";
import { SetupPanel } from "./setup-panel";

interface Props {
  family: Family;
  patterns: PatternDescription[];
  /** The address' query, as the server saw it. */
  search: string;
  theme: Theme;
}

/** The page that compares limiters: one session for one visit, and the places of its parts. */
export function CompareScreen({ family, patterns, search, theme }: Props) {
  const session = useNewVisit(() => new CompareSession(family, patterns, search));
  return (
    <CompareContext value={session}>
      <Layout theme={theme} />
    </CompareContext>
  );
}

const keysOf = (session: CompareSession) => ({
  j: () => session.selectNext(-1),
  l: () => session.selectNext(1),
  Escape: () => (session.selected === null ? session.setPresent(false) : session.select(null)),
});

function Layout({ theme }: { theme: Theme }) {
  const session = useComparison();
  useVisitShortcuts(session, keysOf);
  const { rate, seconds } = session.setup;
  return (
    <Frame
      visit={session}
      family={session.family}
      theme={theme}
      title={`${FAMILIES[session.family]}: one stream, several limiters`}
      summary="Every request goes to all of them at the same instant, each on a Redis of its own."
      runs="The limiters and their keys"
      start={`${numberText(rate * seconds, 0)} requests in ${seconds} s`}
      standing={<CompareStanding />}
      setup={<SetupPanel />}
    >
      <section aria-label="Stage">
        <CompareStage />
      </section>
      <FactsTable />
      <DisagreementTable />
    </Frame>
  );
}

function CompareStanding() {
  const session = useComparison();
  useAnswers(session);
  return <Standing visit={session} text={standingText(session)} outcome={outcomeText(session)} />;
}
