/** How values, commands and times are written on screen. Pure text, the same in wire, stage captions and tests. */
import type { EventOf, RunEvent, WireValue } from "@/lib/events";
import { sqlText } from "@/lib/sql-text";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12345 → "12,345". */
export function countText(n: number): string {
  return whole.format(n);
}

/** µs since the run began → "12.412", from a minute on "1:02.412". */
export function sinceText(us: number): string {
  const ms = Math.max(0, Math.round(us / 1000));
  const minutes = Math.floor(ms / 60_000);
  const rest = ((ms % 60_000) / 1000).toFixed(3);
  return minutes ? `${minutes}:${rest.padStart(6, "0")}` : rest;
}

/** µs since the run began → "00:12.4", of constant width below an hour. */
export function clockText(us: number): string {
  const tenths = Math.max(0, Math.floor(us / 100_000));
  const minutes = Math.floor(tenths / 600);
  const seconds = ((tenths % 600) / 10).toFixed(1);
  return `${String(minutes).padStart(2, "0")}:${seconds.padStart(4, "0")}`;
}

/** ms left → "3.2 s", "850 ms", "2 min 05 s"; Redis' -1 and -2 in words. */
export function ttlText(ms: number): string {
  if (ms === -1) return "no TTL";
  if (ms < 0) return "gone";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** At most `max` digits after the point, none that are zero: 3.40 → "3.4". */
export function numberText(n: number, max = 1): string {
  return Number.isFinite(n) ? n.toLocaleString("en-US", { maximumFractionDigits: max }) : "–";
}

const until = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** 0.416 → "0.42", 21.34 → "21.3": ms as exact as one reads them. */
export function msText(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 1);
}

/** "Wed, 2 Dec, 14:05", in the reader's own time. */
export function untilText(date: Date): string {
  return until.format(date);
}

/** A command's argument as one would type it into redis-cli. */
function argText(arg: string): string {
  const short = arg.length > 80 ? `${arg.slice(0, 77)}…` : arg;
  return short === "" || /[\s"']/.test(short) ? JSON.stringify(short) : short;
}

/** Name and arguments; a script by its file's name instead of 40 hex digits; and which of the run's nodes gets it. */
export function commandText(event: Pick<EventOf<"command">, "name" | "args" | "script" | "node">): string {
  const args = event.script ? [event.script, ...event.args.slice(1)] : event.args;
  return atNode(event.node, [event.name, ...args.map(argText)].join(" "));
}

/** "node 3: …" where a run has independent nodes. */
export const atNode = (node: number | undefined, text: string): string =>
  node === undefined ? text : `node ${node}: ${text}`;

/** A statement with its values in place, as one would type it; and what artificial latency it was given. */
export function queryText({ sql, values, injectedMs }: EventOf<"query">): string {
  const text = sqlText(sql, values);
  return injectedMs === undefined ? text : `${text}  (+${numberText(injectedMs, 0)} ms injected)`;
}

/** "2 rows: id 1  username "ann"; …", "1 row". */
export function rowsText({ rows = [], count = rows.length }: EventOf<"rows">): string {
  const counted = `${countText(count)} ${count === 1 ? "row" : "rows"}`;
  return rows.length ? `${counted}: ${rows.map((row) => valueText(row)).join("; ")}` : counted;
}

/** A reply as redis-cli would show it, on one line. */
export function valueText(value: WireValue | undefined): string {
  if (value === undefined) return "";
  if (value === null) return "(nil)";
  if (typeof value === "string") return value === "OK" || value === "QUEUED" ? value : JSON.stringify(value);
  if (Array.isArray(value)) return value.length ? value.map(valueText).join("  ") : "(empty)";
  if (typeof value === "object") {
    const pairs = Object.entries(value);
    return pairs.length ? pairs.map(([key, of]) => `${key} ${valueText(of)}`).join("  ") : "(empty)";
  }
  return String(value);
}

/** What the wire says of an event that is no command and no reply; null when the wire leaves it out. */
export function noteText(event: RunEvent): string | null {
  switch (event.type) {
    case "run":
    case "scenario":
    case "fault":
    case "gap":
    case "step":
      return event.text;
    case "clock":
      return `clock ${event.deltaUs >= 0 ? "+" : "−"}${numberText(Math.abs(event.deltaUs) / 1000)} ms: ${event.reason}`;
    case "traffic":
      return event.status === "started"
        ? `traffic: ${event.client} ${event.shape} ${numberText(event.rate)}/s for ${numberText(event.seconds)} s`
        : `traffic of ${event.client} ended`;
    case "actor":
      return event.status === "crashed" ? `${event.actor} crashed` : null;
    case "result":
      return event.error === undefined ? null : `${event.name} failed: ${event.error}`;
    default:
      return null;
  }
}

/** "1,240 events in 33 ms: 400 commands, 400 replies, …". */
export function frameText(event: EventOf<"frame">, sinceUs: number): string {
  const total = event.toSeq - event.fromSeq + 1;
  const parts = Object.entries(event.counts)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => `${countText(n)} ${kind}`);
  return `${countText(total)} events in ${numberText(sinceUs / 1000, 0)} ms: ${parts.join(", ")}`;
}
