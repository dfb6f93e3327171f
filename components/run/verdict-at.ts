/**
 * The verdict of a past moment. Verdicts are judged up to 100 ms after the events that they are about: at the very event that
 * breaks the invariant the trace still says that it holds, though a later verdict of the same epoch names this event.
 */
import type { Verdict } from "@/lib/events";
import type { Violation } from "../timeline/marks";

/** @param epoch of the event at `seq`; null when it is not known, and then nothing is added */
export function verdictAt(
  judged: Verdict | null,
  seq: number,
  epoch: number | null,
  violations: readonly Violation[],
): Verdict | null {
  if (!judged || epoch === null) return judged;
  const known = new Set(judged.violations.map((violation) => violation.seq));
  const late = violations.filter((each) => each.epoch === epoch && each.seq <= seq && !known.has(each.seq));
  const last = late.at(-1);
  // The list in a verdict is bounded: what an older verdict names and this one leaves out is no news.
  if (!last || last.seq <= (judged.violations.at(-1)?.seq ?? 0)) return judged;
  const all = late.map((violation) => ({ seq: violation.seq, text: violation.text }));
  const more = late.filter(({ seq: at }) => at === last.seq).length - 1;
  const text = more > 0 ? `${last.text} And ${more} more at the same moment.` : last.text;
  return { ...judged, holds: false, text, violations: [...judged.violations, ...all] };
}
