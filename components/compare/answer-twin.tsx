"use client";

import { countText } from "../run/format";
import { fullName } from "../side-by-side/variants";
import { Twin } from "../stage/twin";
import type { AnswerLog } from "./answer-log";
import type { ShownLimiter } from "./limiter-names";

interface Seconds {
  log: AnswerLog;
  limiters: readonly ShownLimiter[];
  /** A new object for every version of the log, so that the table follows. */
  version: number;
}

const tableOf = ({ log, limiters }: Seconds) => {
  const { bySecond: bins } = log;
  const seconds = Array.from({ length: bins.length }, (_, i) => i).filter((i) => bins.arrivals[i]);
  return {
    caption: "Answers by second",
    head: [
      "second",
      "requests",
      ...limiters.map((one) => `${fullName(one)}: admitted, denied`),
      "answered differently",
    ],
    rows: seconds.map((i) => [
      `${i} s`,
      countText(bins.arrivals[i] ?? 0),
      ...limiters.map((_, n) => `${countText(bins.admitted[n]?.[i] ?? 0)}, ${countText(bins.denied[n]?.[i] ?? 0)}`),
      countText(bins.disagreed[i] ?? 0),
    ]),
  };
};

/** What the lanes show, in words. */
export function AnswerTwin(panel: Seconds) {
  return <Twin panel={panel} table={tableOf} />;
}
