/** Sentences that verdict and picture share. */
import type { Body } from "../../contract";
import type { EventOf, RunEvent, WireValue } from "../../events";
import { measuredIn } from "./durability";
import type { Books, Fall } from "./state";
import { type Change, changeOf } from "./wire";

export const grouped = (n: number): string => n.toLocaleString("en-US");
const viewsOf = (n: number): string => `${grouped(n)} ${n === 1 ? "view" : "views"}`;

export const fallText = ({ page, from, to }: Fall): string =>
  `Page ${page} fell from ${grouped(from)} to ${grouped(to)} in the database.`;

/** "page 1 = 200". */
export const setText = ({ page, views }: Extract<Change, { kind: "set" }>): string =>
  `page ${page} = ${grouped(views)}`;

/** One sentence, once a mode has been measured. */
export function measuredText(books: Books): string[] {
  const measured = measuredIn(books);
  if (!measured.length) return [];
  const each = measured.map(
    ({ mode, lost, acknowledged }) => `${grouped(lost)} of ${grouped(acknowledged)} with ${modeText(mode)}`,
  );
  return [`Of the writes that Redis had answered kill -9 took ${each.join(", ")}.`];
}

const modeText = (mode: Books["appendonly"]): string => (mode === "no" ? "appendonly no" : `appendfsync ${mode}`);

export function viewText(body: Body, value: WireValue | undefined): string {
  const { views, flushed } = fieldsOf(value);
  const total = typeof views === "number" ? `, ${grouped(views)} in all` : "";
  return `${viewsOf(Number(body.count))} of page ${Number(body.pageId)}${total}${flushed ? "; the database is told" : ""}`;
}

export function flushText(value: WireValue | undefined): string {
  const { batch, views, added } = fieldsOf(value);
  if (added) return `added ${viewsOf(Number(views))}`;
  return batch === null ? "nothing waited" : "forgot a batch that had been added already";
}

/** One sentence for the live region and captions; null for what is not worth one. */
export function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "run":
      return event.status === "persistence" ? event.text : null;
    case "query": {
      const change = changeOf(event);
      return change?.kind === "set"
        ? `${event.actor} tells the database: ${setText(change)}. Nobody waits for it.`
        : null;
    }
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayResult({ actor, name, body, value, error }: EventOf<"result">): string | null {
  if (error !== undefined) return `${actor}'s ${name} failed: ${error}`;
  if (name === "view") return `${actor} counted ${viewText(body, value)}.`;
  if (name === "flush") return `${actor}: ${flushText(value)}.`;
  const { views, source } = fieldsOf(value);
  return `${actor} read ${viewsOf(Number(views))} of page ${Number(body.pageId)}, from the ${String(source)}.`;
}

const fieldsOf = (value: WireValue | undefined): Body =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
