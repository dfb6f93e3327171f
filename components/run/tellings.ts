/** Which scenarios the trace tells, on which variant, and where in each something happened: what a lesson points at. */
import type { RunEvent } from "@/lib/events";
import type { Violation } from "../timeline/marks";

export type Moment = "violation" | "fault" | "denied";

export interface Telling {
  scenario: string;
  variant: string | null;
  fromSeq: number;
  /** Null while it is being played. */
  toSeq: number | null;
  faultSeq: number | null;
  deniedSeq: number | null;
}

export class Tellings {
  private list: Telling[] = [];
  private variant: string | null = null;

  append(event: RunEvent): void {
    if (event.type === "run") this.variant = event.variant;
    if (event.type === "scenario" && event.status === "started")
      this.list.push({
        scenario: event.scenario,
        variant: this.variant,
        fromSeq: event.seq,
        toSeq: null,
        faultSeq: null,
        deniedSeq: null,
      });
    const open = this.list.at(-1);
    if (!open || open.toSeq !== null) return;
    if (event.type === "scenario" && event.status !== "started") open.toSeq = event.seq;
    else if (event.type === "fault") open.faultSeq ??= event.seq;
    else if (event.type === "result" && saysNo(event.value)) open.deniedSeq ??= event.seq;
  }

  dropBefore(seq: number): void {
    this.list = this.list.filter((telling) => telling.fromSeq >= seq);
  }

  /** The latest one of this scenario on this variant (null: on any) that begins after `sinceSeq`. */
  last(scenario: string, variant: string | null, sinceSeq = 0): Telling | null {
    const fits = (telling: Telling) =>
      telling.scenario === scenario &&
      telling.fromSeq > sinceSeq &&
      (variant === null || telling.variant === null || telling.variant === variant);
    return this.list.findLast(fits) ?? null;
  }
}

/** Where its moment is; without one where it ends, and null while that is still to come. */
export function seqOf(telling: Telling, moment: Moment, violations: readonly Violation[]): number | null {
  const { fromSeq, toSeq, faultSeq, deniedSeq } = telling;
  if (moment === "fault" && faultSeq !== null) return faultSeq;
  if (moment === "denied" && deniedSeq !== null) return deniedSeq;
  const seqs = violations.map(({ seq }) => seq).filter((seq) => seq > fromSeq && seq <= (toSeq ?? seq));
  if (moment === "violation" && seqs.length) return Math.min(...seqs);
  return toSeq;
}

/** A request that was denied, or a write that was turned away. */
function saysNo(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return ("allowed" in value && value.allowed === false) || ("accepted" in value && value.accepted === false);
}
