/** An order as sentences: who sent what and was answered what, what time and death did, and what it comes to. */
import { ownerOf } from "../contract";
import type { EventOf, RunEvent, WireValue } from "../events";
import { sqlText } from "../sql-text";

const MAX_TEXT = 120;

type Answer = EventOf<"reply"> | EventOf<"rows">;

export function tell(events: readonly RunEvent[]): string[] {
  const replies = new Map(
    events.flatMap((event) => (event.type === "reply" || event.type === "rows" ? [[event.ref, event] as const] : [])),
  );
  const sentences = events.flatMap((event) => sentenceOf(event, replies) ?? []);
  const verdict = events.findLast((event) => event.type === "verdict");
  return verdict ? [...sentences, verdict.text] : sentences;
}

function sentenceOf(event: RunEvent, replies: ReadonlyMap<number, Answer>): string | null {
  switch (event.type) {
    case "query":
      return `${event.actor} asks the database ${short(sqlText(event.sql, event.values))}${rowsOf(replies.get(event.seq))}.`;
    case "command": {
      const reply = replies.get(event.seq);
      if (reply?.type === "rows") return null;
      // Of a MULTI the EXEC's reply tells all that matters.
      const isQueued = reply?.value === "QUEUED" || event.name === "MULTI";
      const answer = isQueued || !reply ? "" : `, and gets ${reply.error ?? shown(reply.value)}`;
      return `${event.actor} sends ${short([event.script ?? event.name, ...event.args.slice(event.script ? 2 : 0)].join(" "))}${event.node === undefined ? "" : ` to node ${event.node}`}${answer}.`;
    }
    case "message":
      return `${ownerOf(event.actor)} hears ${event.message ?? "everything"} on ${event.channel}.`;
    case "result":
      return event.error === undefined
        ? `${event.actor} is done: ${short(shown(event.value))}.`
        : `${event.actor} fails: ${event.error}`;
    case "actor":
      return event.status === "crashed" ? `${event.actor} dies.` : null;
    case "fault":
      return event.text;
    case "clock":
      return `${(event.deltaUs / 1000).toLocaleString("en-US")} ms pass.`;
    default:
      return null;
  }
}

function rowsOf(answer: Answer | undefined): string {
  if (answer?.type !== "rows") return "";
  if (answer.error !== undefined) return `, and gets ${answer.error}`;
  const { rows = [], count = rows.length } = answer;
  if (rows.length) return `, and gets ${short(rows.map(shown).join("; "))}`;
  return `: ${count} ${count === 1 ? "row" : "rows"}`;
}

function shown(value: WireValue | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length ? `[${value.map(shown).join(", ")}]` : "an empty list";
  if (typeof value === "object")
    return Object.entries(value)
      .map(([field, of]) => `${field} ${shown(of)}`)
      .join(", ");
  return String(value);
}

const short = (text: string) => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text);
