/** A trace as a stream of text: NDJSON (one event a line) or CSV. */
import type { RunEvent } from "../events";
import type { Trace } from "../run/trace";

const EVENTS_PER_CHUNK = 1000;
const COLUMNS = ["seq", "atUs", "epoch", "type", "actor", "text"] as const;

export function traceStream(
  trace: Trace,
  from: number,
  to: number,
  format: "ndjson" | "csv",
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const line = format === "csv" ? csvLine : (event: RunEvent) => JSON.stringify(event);
  let next = from;
  return new ReadableStream({
    start(controller) {
      if (format === "csv") controller.enqueue(encoder.encode(`${COLUMNS.join(",")}\r\n`));
      const checkpoint = trace.checkpoint();
      if (!checkpoint || from > checkpoint.seq) return;
      controller.enqueue(encoder.encode(`${line(checkpoint)}\n`));
      next = checkpoint.seq + 1;
    },
    pull(controller) {
      const last = Math.min(to, next + EVENTS_PER_CHUNK - 1);
      const { events } = trace.log.range(next, last);
      if (events.length) controller.enqueue(encoder.encode(`${events.map(line).join("\n")}\n`));
      next = last + 1;
      if (next > to) controller.close();
    },
  });
}

function csvLine(event: RunEvent): string {
  const { seq, atUs, epoch, type, ...rest } = event;
  const actor = "actor" in rest ? rest.actor : "";
  return [seq, atUs, epoch, type, actor, JSON.stringify(rest)].map(csvCell).join(",");
}

/** Quoted when needed; a leading =, +, -, @ is disarmed, because spreadsheets run it. */
function csvCell(value: string | number): string {
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
