"use client";

import type { PatternDescription } from "@/lib/contract";
import { numberText } from "../run/format";
import { Frame, Standing } from "../side-by-side/frame";
import { useNewVisit } from "../side-by-side/hooks";
import { useVisitShortcuts } from "../side-by-side/use-visit-shortcuts";
import { MAX_RUNS } from "../side-by-side/variants";
import type { Theme } from "../ui/theme";
import { useWorkload, WorkloadContext } from "./hooks";
import { WorkloadSession } from "./session";
import { SetupPanel } from "./setup-panel";
import { WorkloadStage } from "./stage";
import { StrategyTable } from "./strategy-table";
import { SummaryLines } from "./summary-lines";
import { Verdicts } from "./verdicts";
import { outcome, standingText } from "./words";

interface Props {
  /** The caching strategies that there are. */
  patterns: PatternDescription[];
  /** The address' query, as the server saw it. */
  search: string;
  theme: Theme;
}

/** The page that compares caching strategies: one session for one visit, and the places of its parts. */
export function WorkloadScreen({ patterns, search, theme }: Props) {
  const session = useNewVisit(() => new WorkloadSession(patterns, search));
  return (
    <WorkloadContext value={session}>
      <Layout theme={theme} />
    </WorkloadContext>
  );
}

const keysOf = (session: WorkloadSession): Record<string, () => void> => ({
  j: () => session.step(-1),
  l: () => session.step(1),
  Escape: () => {
    if (!session.pointer.clear()) session.setPresent(false);
  },
  ...Object.fromEntries(
    Array.from({ length: MAX_RUNS }, (_, i) => [
      String(i + 1),
      () => {
        if (i < session.strategies().length) session.pointer.toggle(i);
      },
    ]),
  ),
});

function Layout({ theme }: { theme: Theme }) {
  const session = useWorkload();
  useVisitShortcuts(session, keysOf);
  const { rate, seconds } = session.setup;
  return (
    <Frame
      visit={session}
      family="caching"
      theme={theme}
      title="Caching: the same reads and writes, several strategies"
      summary="Every operation goes to all at once, each with a Redis and tables of its own."
      runs="The strategies, their keys and their rows"
      start={`About ${numberText(rate * seconds, 0)} operations in ${seconds} s`}
      standing={<Standing visit={session} text={standingText(session)} outcome={outcome(session).join(" ")} />}
      setup={<SetupPanel />}
    >
      <section aria-label="Stage">
        <WorkloadStage />
      </section>
      <SummaryLines />
      <Verdicts />
      <StrategyTable />
    </Frame>
  );
}
