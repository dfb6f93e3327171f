/**
 * Reads a trace from a file or a share into a store of its own, line by line. Every line is checked by the schema of the
 * contract, which is loaded here and only here: zod is no part of the first load. Nothing is sent anywhere.
 */
import type { Stage } from "@/lib/contract";
import type { RunEvent } from "@/lib/events";
import { browserTicker } from "../run/browser-ticker";
import { foldFacts } from "../run/facts";
import { countText } from "../run/format";
import { RunStore } from "../run/run-store";

export const MAX_TRACE_MB = 64;
const MAX_TRACE_BYTES = MAX_TRACE_MB * 1024 * 1024;
/** Reading lets the page draw this often. */
const SLICE_MS = 40;

/** Why a trace cannot be shown, in a sentence that names the line. */
export class BadTrace extends Error {
  constructor(
    message: string,
    /** The pattern that the trace is of, when it is another one than asked for. */
    readonly pattern: string | null = null,
  ) {
    super(message);
  }
}

interface Expected {
  pattern: string;
  stage: Stage;
  /** Told now and then how many bytes have been read. */
  onBytes?(read: number): void;
}

/** @throws BadTrace */
export async function readTrace(bytes: ReadableStream<Uint8Array>, expected: Expected): Promise<RunStore> {
  const { runEventSchema } = await import("@/lib/events");
  const store = new RunStore(expected.stage, browserTicker);
  const parse = (line: string, number: number): RunEvent => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new BadTrace(`Line ${countText(number)} is not JSON. A trace is NDJSON: one event a line.`);
    }
    const parsed = runEventSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? ` (${issue.path.join(".")}: ${issue.message})` : "";
    throw new BadTrace(`Line ${countText(number)} is not an event of a trace${where}.`);
  };

  let number = 0;
  let read = 0;
  let rest = "";
  let sliceAtMs = performance.now();
  const take = (line: string) => {
    number++;
    if (line.trim() !== "") append(store, parse(line, number), number, expected.pattern);
  };
  const decoder = new TextDecoder();
  const reader = bytes.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      read += part.value.byteLength;
      if (read > MAX_TRACE_BYTES) throw tooLarge();
      const lines = decoder.decode(part.value, { stream: true }).split("\n");
      // Only what is new is searched for line ends: a line without an end would be searched over and over.
      rest += lines.shift() ?? "";
      for (const next of lines) {
        take(rest);
        rest = next;
        if (performance.now() - sliceAtMs < SLICE_MS) continue;
        expected.onBytes?.(read);
        await new Promise((resolve) => setTimeout(resolve, 0));
        sliceAtMs = performance.now();
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  take(rest + decoder.decode());
  if (store.log.lastSeq === 0) throw new BadTrace("There is no event in it. A trace is NDJSON: one event a line.");
  checkPicture(store, number);
  // Whatever state the run was in then: in this copy nothing goes on.
  store.setFacts({ ...store.facts, status: "ended", scenario: null, traffic: new Map() });
  return store;
}

export function tooLarge(): BadTrace {
  return new BadTrace(`It has more than ${MAX_TRACE_MB} MB, which is all that a trace may have here.`);
}

/** Takes one event, which must follow the one before; of seq 0 are what a trimmed trace says about itself. */
function append(store: RunStore, event: RunEvent, line: number, pattern: string): void {
  const at = `Line ${countText(line)}`;
  if (event.type === "run" && event.pattern !== pattern)
    throw new BadTrace(`This trace is of another pattern: “${event.pattern}”.`, event.pattern);
  if (event.seq === 0) {
    store.setFacts(foldFacts(store.facts, event));
    return;
  }
  const standsFor = (event.type === "gap" || event.type === "frame") && event.state !== undefined;
  const first = standsFor ? event.fromSeq : event.seq;
  const last = standsFor ? event.toSeq : event.seq;
  const wanted = store.log.lastSeq + 1;
  if (first !== wanted || last < first)
    throw new BadTrace(
      wanted === 1
        ? `${at} is event ${countText(first)}: the beginning is missing, and no picture can be made without it. Download the whole trace.`
        : `${at} is event ${countText(first)}, though ${countText(wanted)} comes next.`,
    );
  if (event.atUs < store.log.lastUs) throw new BadTrace(`${at} is older than the line before.`);
  try {
    store.ingest({ nowUs: event.atUs, frozen: true, events: [event] });
  } catch {
    throw new BadTrace(`${at} does not fit the pattern “${pattern}”.`);
  }
  // A state that came with the trace was not folded here.
  if (standsFor) checkPicture(store, line);
}

function checkPicture({ stage, log }: RunStore, line: number): void {
  try {
    stage.panels(structuredClone(log.state), log.lastUs, null);
  } catch {
    throw new BadTrace(`Up to line ${countText(line)} it makes no picture of this pattern.`);
  }
}
