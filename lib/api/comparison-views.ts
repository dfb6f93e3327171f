/** A comparison as the API tells it to its owner and to others. */
import type { Comparison } from "../comparison/comparison";
import type { ComparisonView, CreatedComparison } from "../contract";
import { services } from "../run/accessor";
import { createdRun } from "./run-views";

export function createdComparison({ id, seed, arrivals, runs }: Comparison): CreatedComparison {
  return { comparisonId: id, seed, arrivals, runs: runs.map(createdRun) };
}

/** @param caller who asks */
export function comparisonView(
  comparison: Comparison,
  caller: { owner: string | null; bearer: string | null },
): ComparisonView {
  const owner = services().comparisons.mayAct(comparison, caller.owner, caller.bearer);
  return { ...comparison.view(), owner };
}
