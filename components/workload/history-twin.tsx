"use client";

import { memo } from "react";
import { Twin } from "../stage/twin";
import type { History, Measure } from "./measures";

interface Shown {
  measure: Measure;
  history: History;
  /** Of the strategies. */
  names: readonly string[];
}

const tableOf = ({ measure: { title, text }, history: { labels, values }, names }: Shown) => ({
  caption: `${title} by time`,
  head: ["from", ...names],
  rows: labels.map((label, i) => [
    label,
    ...values.map((of) => {
      const value = of[i] ?? null;
      return value === null ? "–" : text(value);
    }),
  ]),
});

/** What a chart shows, in words: the same panel while nothing has changed. */
export const HistoryTwin = memo(function HistoryTwin(panel: Shown) {
  return <Twin panel={panel} table={tableOf} />;
});
