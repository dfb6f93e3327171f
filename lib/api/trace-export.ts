/** A trace as a stream of text: NDJSON (one event a line) or CSV. */
import type { RunEvent } from "../events";
import type { Run } from "../run/run";

const EVENTS_PER_CHUNK = 1000;
const COLUMNS = ["seq", "atUs", "epoch", "type", "actor", "text"] as const;

/** The events are taken at once: a busy run drops the head of its trace while a slow reader reads. */
export function traceStream(run: Run, from: number, to: number, format: "ndjson" | "csv"): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const line = format === "csv" ? csvLine : (event: RunEvent) => JSON.stringify(event);
  const checkpoint = run.trace.checkpoint();
  const isTrimmed = checkpoint !== null && from <= checkpoint.seq;
  const { events } = run.trace.log.range(from, to);
  const head = isTrimmed ? [...(format === "ndjson" ? preface(run, checkpoint) : []), checkpoint] : [];
  let next = 0;
  return new ReadableStream({
    start(controller) {
      if (format === "csv") controller.enqueue(encoder.encode(`${COLUMNS.join(",")}\r\n`));
      for (const event of head) controller.enqueue(encoder.encode(`${line(event)}\n`));
    },
    pull(controller) {
      const part = events.slice(next, next + EVENTS_PER_CHUNK);
      if (part.length) controller.enqueue(encoder.encode(`${part.map(line).join("\n")}\n`));
      next += EVENTS_PER_CHUNK;
      if (next >= events.length) controller.close();
    },
  });
}

/** What a checkpoint cannot tell because its events are gone: which pattern this is, how it was set, who is in it. All of seq 0. */
function preface(run: Run, { atUs, epoch }: RunEvent): RunEvent[] {
  const base = { seq: 0, atUs, epoch };
  const { pattern, variant, params, seed, actors } = run.view();
  const text = "How the run was set when this was written; its first events are no longer kept.";
  return [
    { ...base, type: "run", status: "configured", pattern, variant, params, seed, text },
    ...actors.map(({ id, index, status }): RunEvent => ({ ...base, type: "actor", actor: id, index, status })),
  ];
}

function csvLine(event: RunEvent): string {
  const { seq, atUs, epoch, type, ...rest } = event;
  const actor = "actor" in rest ? rest.actor : "";
  return [seq, atUs, epoch, type, actor, JSON.stringify(rest)].map(csvCell).join(",");
}

/** Quoted when needed; a leading =, +, -, @ is disarmed, because spreadsheets run it. */
export function csvCell(value: string | number): string {
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
