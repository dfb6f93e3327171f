/** What the timeline draws: one small record per command or query, fault and turn of the run, and their reduction to pixel columns. */
import type { RunEvent, Verdict } from "@/lib/events";

export type MarkKind = "command" | "redis" | "fault" | "turn" | "frame";

export interface Mark {
  seq: number;
  atUs: number;
  kind: MarkKind;
  actor: string | null;
}

export interface Violation {
  seq: number;
  atUs: number;
  epoch: number;
  text: string;
}

export class TimelineMarks {
  marks: Mark[] = [];
  /** Commands, queries and ranges only: where `j` and `l` stop. */
  stops: number[] = [];
  violations: Violation[] = [];
  private readonly seen = new Set<number>();

  append(event: RunEvent, timeOf: (seq: number) => number | null): void {
    const kind = kindOf(event);
    if (kind) {
      const seq = event.type === "frame" || event.type === "gap" ? event.toSeq : event.seq;
      const actor = event.type === "command" || event.type === "query" ? event.actor : null;
      this.marks.push({ seq, atUs: event.atUs, kind, actor });
      if (kind === "command" || kind === "frame") this.stops.push(seq);
    }
    const verdict: Verdict | null = event.type === "verdict" ? event : event.type === "frame" ? event.verdict : null;
    if (verdict) this.note(verdict, event, timeOf);
  }

  dropBefore(seq: number): void {
    const keep = this.marks.findIndex((mark) => mark.seq >= seq);
    this.marks = keep < 0 ? [] : this.marks.slice(keep);
    const keepStop = this.stops.findIndex((stop) => stop >= seq);
    this.stops = keepStop < 0 ? [] : this.stops.slice(keepStop);
    this.violations = this.violations.filter((violation) => violation.seq >= seq);
  }

  /** A frame's marks give way to those of its events. */
  fill(events: readonly RunEvent[]): void {
    const last = events.at(-1)?.seq;
    if (last === undefined) return;
    const fresh = new TimelineMarks();
    for (const event of events) fresh.append(event, () => null);
    const others = this.marks.filter((mark) => mark.seq !== last || mark.kind !== "frame");
    this.marks = [...others, ...fresh.marks].sort((a, b) => a.seq - b.seq);
    this.stops = [...this.stops.filter((stop) => stop !== last), ...fresh.stops].sort((a, b) => a - b);
  }

  /** The stop `count` commands after (or, negative, before) `seq`; null past either end. */
  step(seq: number, count: number): number | null {
    let low = 0;
    let high = this.stops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.stops[middle] as number) <= seq) low = middle + 1;
      else high = middle;
    }
    const here = this.stops[low - 1] === seq ? low - 1 : null;
    const index = count > 0 ? low - 1 + count : (here ?? low) + count;
    return this.stops[index] ?? null;
  }

  /** The first violation after `seq`, and past the last one the first of all; null when there is none. */
  nextViolation(seq: number): Violation | null {
    const ordered = this.violations.toSorted((a, b) => a.seq - b.seq);
    return ordered.find((violation) => violation.seq > seq) ?? ordered[0] ?? null;
  }

  /** How many violations there are at or before `seq`. */
  violationsUpTo(seq: number): number {
    return this.violations.reduce((count, violation) => count + (violation.seq <= seq ? 1 : 0), 0);
  }

  /** Verdicts repeat all their violations, oldest first: only the end of the list is new. */
  private note(
    verdict: Verdict,
    { atUs, epoch }: Pick<RunEvent, "atUs" | "epoch">,
    timeOf: (seq: number) => number | null,
  ): void {
    for (let i = verdict.violations.length - 1; i >= 0; i--) {
      const { seq, text } = verdict.violations[i] as { seq: number; text: string };
      if (this.seen.has(seq)) break;
      this.seen.add(seq);
      this.violations.push({ seq, text, epoch, atUs: timeOf(seq) ?? atUs });
    }
  }
}

function kindOf(event: RunEvent): MarkKind | null {
  switch (event.type) {
    case "command":
    case "query":
      return "command";
    case "key":
      return event.event === "expired" || event.event === "evicted" ? "redis" : null;
    case "fault":
      return "fault";
    case "run":
    case "scenario":
      return "turn";
    case "frame":
      return "frame";
    case "gap":
      return event.state === undefined ? "turn" : "frame";
    default:
      return null;
  }
}

/** How many commands and queries each actor has sent up to `seq`. */
export function commandsByActor(marks: readonly Mark[], seq: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { actor, seq: at } of marks)
    if (actor !== null && at <= seq) counts.set(actor, (counts.get(actor) ?? 0) + 1);
  return counts;
}

/** Marks by group (`actor:alice`, `fault`, `turn`…) → the pixel columns they fall on, each once. */
export function columns(
  marks: readonly Mark[],
  span: { fromUs: number; toUs: number },
  widthPx: number,
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  const perUs = widthPx / Math.max(1, span.toUs - span.fromUs);
  for (const mark of marks) {
    if (mark.atUs < span.fromUs || mark.atUs > span.toUs) continue;
    const group = mark.actor === null ? mark.kind : `actor:${mark.actor}`;
    const x = Math.round((mark.atUs - span.fromUs) * perUs);
    const list = found.get(group);
    if (!list) found.set(group, [x]);
    else if (list.at(-1) !== x) list.push(x);
  }
  return found;
}
