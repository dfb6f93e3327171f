/** Turns what went over the wire into what the trace keeps: JSON, with long strings and lists cut and the cut said. */
import type { WireValue } from "../events";

const MAX_TEXT = 512;
const MAX_ITEMS = 100;
const MAX_DEPTH = 6;

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}

/** An argument of a command as text. */
export function toWireText(value: unknown): string {
  if (typeof value === "string") return cut(value);
  return cut(Buffer.isBuffer(value) ? value.toString("utf8") : String(value));
}

export function toWireValue(value: unknown, depth = 0): WireValue {
  switch (typeof value) {
    case "string":
      return cut(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    case "object":
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return cut(value.toString("utf8"));
  if (value instanceof Error) return { error: cut(value.message) };
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => toWireValue(item, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `… (${value.length} items)`] : items;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MAX_ITEMS).map(([key, item]) => [cut(key), toWireValue(item, depth + 1)]);
  if (entries.length > MAX_ITEMS) kept.push(["…", `${entries.length} fields`]);
  return Object.fromEntries(kept) as WireValue;
}
