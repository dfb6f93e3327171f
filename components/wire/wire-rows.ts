/**
 * The rows of the wire, in the order of the trace. A command's row gets its reply later, and the commands that a script ran
 * inside Redis are placed under it. Text is made when a row is first looked at, so that 100,000 rows cost little.
 */
import type { EventOf, RunEvent } from "@/lib/events";
import { atNode, commandText, frameText, noteText, queryText, rowsText, valueText } from "../run/format";

export type RowKind = "command" | "inner" | "key" | "note" | "frame";

export interface WireFilter {
  text: string;
  actor: string | null;
  kinds: ReadonlySet<RowKind>;
}

export const ALL_KINDS: ReadonlySet<RowKind> = new Set(["command", "inner", "key", "note", "frame"]);

type Answer = EventOf<"reply"> | EventOf<"rows">;

export class WireRow {
  answer: Answer | null = null;
  private made: string | null = null;

  constructor(
    /** Sorts rows: the event's seq, plus a fraction for what a script ran. */
    readonly order: number,
    readonly kind: RowKind,
    readonly event: RunEvent,
    private readonly write: () => string,
  ) {}

  /** Where a click takes the playhead. */
  get seq(): number {
    return this.event.type === "frame" || this.event.type === "gap" ? this.event.toSeq : Math.floor(this.order);
  }

  get actor(): string | null {
    return this.event.type !== "frame" && "actor" in this.event ? this.event.actor : null;
  }

  get text(): string {
    this.made ??= this.write();
    return this.made;
  }

  /** Empty until answered, and for rows that get no answer. */
  get reply(): string {
    const answer = this.answer;
    if (!answer) return "";
    if (answer.error !== undefined) return answer.error;
    return answer.type === "reply" ? valueText(answer.value) : rowsText(answer);
  }

  get failed(): boolean {
    return this.answer?.error !== undefined || (this.event.type === "result" && this.event.error !== undefined);
  }
}

export class WireRows {
  all: WireRow[] = [];
  shown: WireRow[] = [];
  filter: WireFilter = { text: "", actor: null, kinds: ALL_KINDS };
  private readonly open = new Map<number, WireRow>();
  private lastUs = 0;

  append(event: RunEvent): void {
    this.add(event);
    if (event.type === "reply" || event.type === "rows") this.answer(event);
    this.lastUs = event.atUs;
  }

  setFilter(filter: WireFilter): void {
    this.filter = filter;
    this.shown = isOpen(filter) ? this.all : this.all.filter((row) => matches(row, filter));
  }

  /** Forgets rows of events before `seq`. */
  dropBefore(seq: number): void {
    const shared = this.shown === this.all;
    this.all = this.all.slice(lowerBound(this.all, seq));
    this.shown = shared ? this.all : this.shown.slice(lowerBound(this.shown, seq));
    for (const ref of this.open.keys()) if (ref < seq) this.open.delete(ref);
  }

  /** Replaces the row that stood for a range by the rows of its events. */
  fill(events: readonly RunEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    const at = this.all.findIndex((row) => row.kind === "frame" && row.seq === last.seq);
    if (at >= 0) this.all.splice(at, 1);
    const rest = this.all;
    const after = lowerBound(rest, last.seq + 1);
    const tail = rest.splice(after);
    this.shown = this.all;
    for (const event of events) {
      this.add(event);
      if (event.type === "reply" || event.type === "rows") this.answer(event);
    }
    for (const row of tail) this.all.push(row);
    this.setFilter(this.filter);
  }

  /** Index of the last shown row at or before `seq`, of a command and its script's rows the first; -1 when there is none. */
  indexAt(seq: number): number {
    const last = this.shown[lowerBound(this.shown, seq + 1) - 1];
    return last ? lowerBound(this.shown, Math.floor(last.order)) : -1;
  }

  private add(event: RunEvent): void {
    switch (event.type) {
      case "command":
        this.open.set(
          event.seq,
          this.put(event.seq, "command", event, () => commandText(event)),
        );
        break;
      case "query":
        this.open.set(
          event.seq,
          this.put(event.seq, "command", event, () => queryText(event)),
        );
        break;
      case "key":
        this.put(event.seq, "key", event, () => atNode(event.node, `${event.event} ${event.key}`));
        break;
      case "message":
        this.put(event.seq, "key", event, () => `message on ${event.channel}: ${event.message ?? "everything"}`);
        break;
      case "frame": {
        const sinceUs = event.atUs - this.lastUs;
        this.put(event.toSeq, "frame", event, () => frameText(event, sinceUs));
        break;
      }
      default: {
        const text = noteText(event);
        if (text) this.put(event.seq, event.type === "gap" && event.state ? "frame" : "note", event, () => text);
      }
    }
  }

  private answer(answer: Answer): void {
    const row = this.open.get(answer.ref);
    if (!row) return;
    this.open.delete(answer.ref);
    row.answer = answer;
    if (!isOpen(this.filter) && !this.shown.includes(row, -200) && matches(row, this.filter)) insert(this.shown, row);
    if (answer.type !== "reply") return;
    answer.inner?.forEach((command, i) => {
      const [name = "", ...args] = command;
      this.put(answer.ref + (i + 1) / 1024, "inner", row.event, () => commandText({ name: name.toUpperCase(), args }));
    });
  }

  private put(order: number, kind: RowKind, event: RunEvent, write: () => string): WireRow {
    const row = new WireRow(order, kind, event, write);
    insert(this.all, row);
    if (this.shown !== this.all && matches(row, this.filter)) insert(this.shown, row);
    return row;
  }
}

function isOpen(filter: WireFilter): boolean {
  return filter.text === "" && filter.actor === null && filter.kinds.size === ALL_KINDS.size;
}

function matches(row: WireRow, filter: WireFilter): boolean {
  if (!filter.kinds.has(row.kind)) return false;
  if (filter.actor !== null && row.actor !== filter.actor) return false;
  if (filter.text === "") return true;
  const wanted = filter.text.toLowerCase();
  return row.text.toLowerCase().includes(wanted) || row.reply.toLowerCase().includes(wanted);
}

/** Nearly always at the end; a script's inner commands a few rows before it. */
function insert(rows: WireRow[], row: WireRow): void {
  const last = rows.at(-1);
  if (!last || last.order < row.order) rows.push(row);
  else rows.splice(lowerBound(rows, row.order), 0, row);
}

/** First index whose order is at least `order`. */
function lowerBound(rows: readonly WireRow[], order: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as WireRow).order < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
