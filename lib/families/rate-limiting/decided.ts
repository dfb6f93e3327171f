/** When a take was decided, as an interval in which the moment certainly lies. */
import type { EventOf } from "../../events";

/** A script reads its clock a little after MONITOR has stamped it: up to this much later, but before its result was recorded. */
const SCRIPT_LAG_US = 5000;

/** @returns [earliest, latest] moment of the decision, µs on the run's clock; null when no command was sent for it. */
export function decidedSpan({ decidedUs, atUs }: EventOf<"result">): [loUs: number, hiUs: number] | null {
  if (!decidedUs) return null;
  const [lo, hi] = decidedUs;
  return [lo, lo === hi ? Math.max(hi, Math.min(atUs, hi + SCRIPT_LAG_US)) : hi];
}

/** The faults that were pulled, for a sentence about what came of them. */
export function rememberFault(faults: string[], event: EventOf<"fault">): void {
  if (faults.length < 5) faults.push(`${event.text.replace(/[.\s]+$/, "")} (pulled by a ${event.by})`);
}
export const faultsText = (faults: readonly string[]): string =>
  faults.length ? ` Before it: ${faults.join("; ")}.` : "";

/** "at one moment", "within 20 ms", "in 3.4 s". */
export function spanText(us: number): string {
  const ms = us / 1000;
  return ms < 1 ? "at one moment" : ms < 1000 ? `within ${Math.round(ms)} ms` : `in ${(ms / 1000).toFixed(1)} s`;
}
