/** Where a workload stands, and what it came to, in sentences. */
import { countText, numberText } from "../run/format";
import type { WorkloadSession } from "./session";
import { summaryOf } from "./summary";

const operations = (n: number) => `${countText(n)} ${n === 1 ? "operation" : "operations"}`;

/** What is going on, to look at. */
export function standingText({ phase, view, setup }: WorkloadSession): string {
  if (phase === "opening") return "Each strategy gets a Redis and tables of its own…";
  if (!view) return `Ready: about ${operations(setup.rate * setup.seconds)} in ${numberText(setup.seconds)} s.`;
  const { status, elapsedMs, workload, seed, sent, total } = view;
  switch (status) {
    case "waiting":
      return "Connections are being opened…";
    case "running": {
      const passed = Math.min(workload.seconds, elapsedMs / 1000).toFixed(1);
      return `${passed} s of ${numberText(workload.seconds)} s. Seed ${seed}.`;
    }
    case "counting":
      return "All is sent. What was lost is being counted…";
    case "done":
    case "ended": {
      const word = status === "ended" ? "Stopped" : "Over";
      return `${word}: ${countText(sent)} of ${operations(total)}. Seed ${seed}.`;
    }
  }
}

/** Once it is over what it came to, sentence by sentence; nothing before. */
export function outcome(session: WorkloadSession): string[] {
  const { view, isOver } = session;
  if (!view || !isOver) return [];
  const named = session.strategies().flatMap(({ short, facts }) => (facts ? [{ name: short, facts }] : []));
  const seconds = Math.min(view.workload.seconds, view.elapsedMs / 1000);
  return seconds > 0 ? summaryOf(named, seconds) : [];
}
