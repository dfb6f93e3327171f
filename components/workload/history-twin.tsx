"use client";

import { fullName, type VariantName } from "../side-by-side/variants";
import { Twin } from "../stage/twin";
import type { History, Measure } from "./measures";

interface Shown {
  measure: Measure;
  history: History;
  strategies: readonly VariantName[];
}

const tableOf = ({ measure: { title, text }, history: { labels, values }, strategies }: Shown) => ({
  caption: `${title} by time`,
  head: ["from", ...strategies.map(fullName)],
  rows: labels.map((label, i) => [
    label,
    ...values.map((of) => {
      const value = of[i] ?? null;
      return value === null ? "–" : text(value);
    }),
  ]),
});

/** What a chart shows, in words. */
export function HistoryTwin(panel: Shown) {
  return <Twin panel={panel} table={tableOf} />;
}
