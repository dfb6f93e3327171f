"use client";

import type { WorkloadView } from "@/lib/contract";
import { countText, numberText } from "../run/format";
import { Facts, type FactsRow, latencyCell } from "../side-by-side/facts";
import { ActorMark } from "../ui/actor-mark";
import { useWorkload } from "./hooks";
import { durationText, percentText } from "./measures";
import type { ShownStrategy } from "./session";

const COLUMNS = [
  "Hit rate",
  "Database queries",
  "Stale reads",
  "Read, p50 / p99",
  "Write, p50 / p99",
  "Lost writes",
  "Failed",
] as const;

/** The figures of the whole workload. */
export function StrategyTable() {
  const session = useWorkload();
  const { view, present } = session;
  if (!view) return null;
  const strategies = session.strategies();
  return (
    <Facts
      first="Strategy"
      columns={COLUMNS}
      rows={strategies.flatMap((strategy) => rowOf(strategy, view))}
      className="strategy-facts"
      mark={(i) => <ActorMark index={strategies[i]?.mark} size={present ? 18 : 12} />}
    />
  );
}

function rowOf(strategy: ShownStrategy, { elapsedMs, workload }: WorkloadView): FactsRow[] {
  const { facts, key } = strategy;
  if (!facts) return [];
  const { reads, hits, queries, staleReads, stalestMs, readMs, writeMs, lost, writes, unknown, failed } = facts;
  const seconds = Math.min(workload.seconds, elapsedMs / 1000);
  return [
    {
      key,
      name: strategy,
      cells: [
        {
          text: reads ? percentText(hits / reads) : "–",
          note: `${countText(hits)} of ${countText(reads)} reads`,
        },
        { text: countText(queries), note: seconds > 0 ? `${numberText(queries / seconds)} a second` : "" },
        {
          text: countText(staleReads),
          note: staleReads ? `by up to ${durationText(stalestMs)}` : "",
        },
        latencyCell(readMs),
        latencyCell(writeMs),
        {
          text: lost === null ? "–" : countText(lost),
          note: `of ${countText(writes)} writes`,
        },
        { text: countText(failed), note: unknown ? `${countText(unknown)} of them writes` : "" },
      ],
    },
  ];
}
