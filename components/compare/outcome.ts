/** Where a comparison stands, in a sentence. */
import { countText, numberText } from "../run/format";
import { shownLimiters } from "./limiter-names";
import type { CompareSession } from "./session";

const requests = (n: number) => `${countText(n)} ${n === 1 ? "request" : "requests"}`;

/** What is going on, to look at. */
export function standingText(session: CompareSession): string {
  const { phase, view, log, setup } = session;
  if (phase === "opening") return "Each limiter gets a Redis of its own…";
  if (!view || !log)
    return `Ready: ${setup.shape === "poisson" ? "about " : ""}${requests(Math.floor(setup.rate * setup.seconds))} in ${numberText(setup.seconds)} s.`;
  const { seconds } = view.arrivals;
  if (view.status === "waiting") return "Connections are being opened…";
  const elapsedMs = session.elapsedMs();
  if (elapsedMs !== null) {
    const passed = Math.min(seconds, elapsedMs / 1000).toFixed(1);
    return `${passed} s of ${numberText(seconds)} s. Seed ${view.seed}.`;
  }
  const word = view.status === "ended" ? "Stopped" : "Over";
  return `${word}: ${countText(log.count)} of ${requests(log.total)} answered by all. Seed ${view.seed}.`;
}

/** Once it is over, to listen to; "" before. */
export function outcomeText(session: CompareSession): string {
  const { view, log, isOver } = session;
  if (!view || !log || !isOver) return "";
  const each = shownLimiters(session).map((limiter, i) => {
    const verdict = limiter.facts?.holds === false ? ", broken" : limiter.facts?.holds ? ", holds" : "";
    return `${limiter.short}: ${countText(log.counts[i]?.y ?? 0)} admitted${verdict}`;
  });
  const word = view.status === "ended" ? "stopped" : "over";
  return `The comparison is ${word}. Of ${requests(log.count)} ${countText(log.disagreements)} were not answered alike. ${each.join(". ")}.`;
}
