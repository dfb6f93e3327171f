/** What a step did to a key, in a few words that go with the key's name: only what is different from before. */
import type { EventOf, WireValue } from "@/lib/events";
import { ttlText, valueText } from "../run/format";

export type SeenKey = EventOf<"observation">["keys"][number];
export type SeenTable = NonNullable<EventOf<"observation">["tables"]>[number];

/**
 * @param event name of the keyspace notification, when there was one: how a key went
 * @returns null when nothing changed
 */
export function changeText(before: SeenKey | undefined, after: SeenKey, event: string | undefined): string | null {
  if (after.kind === "none") {
    if (event === "expired") return "expired";
    return before && before.kind !== "none" ? "gone" : null;
  }
  const value = valueChange(before?.kind === after.kind ? before : undefined, after);
  if (value !== null) return value;
  const hadTtl = (before?.ttlMs ?? -1) >= 0;
  if (after.ttlMs >= 0 && !hadTtl) return `lives ${ttlText(after.ttlMs)}`;
  if (after.ttlMs === -1 && hadTtl) return "lives on without a TTL";
  return null;
}

/** What a step did to a table, by the rows that are seen of it; null when nothing changed, or it was not seen before. */
export function tableChangeText(before: SeenTable | undefined, after: SeenTable): string | null {
  if (!before) return null;
  const parts: string[] = [];
  for (const row of after.rows) {
    const [column = "", id = null] = Object.entries(row)[0] ?? [];
    const old = before.rows.find((one) => one[column] === id);
    const changed = Object.entries(row).filter(([field, now]) => old && valueText(old[field]) !== valueText(now));
    if (changed.length)
      parts.push(`${column} ${valueText(id)}: ${changed.map(([field, now]) => `${field} ${plain(now)}`).join(", ")}`);
  }
  const more = after.count - before.count;
  if (more !== 0)
    parts.push(`${Math.abs(more)} ${Math.abs(more) === 1 ? "row" : "rows"} ${more > 0 ? "more" : "less"}`);
  return parts.length ? parts.join("; ") : null;
}

function valueChange(before: SeenKey | undefined, after: SeenKey): string | null {
  const { value, length } = after;
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const old = isFields(before?.value) ? before.value : {};
    const changed = Object.entries(value).filter(([field, now]) => valueText(old[field]) !== valueText(now));
    const lost = Object.keys(old).filter((field) => !(field in value));
    const parts = [...changed.map(([field, now]) => `${field} ${plain(now)}`), ...lost.map((field) => `no ${field}`)];
    return parts.length ? parts.join(", ") : null;
  }
  if (before && valueText(before.value) === valueText(value) && before.length === length) return null;
  if (Array.isArray(value)) {
    const items = length ?? value.length;
    return `${items} ${items === 1 ? "item" : "items"}`;
  }
  return plain(value);
}

const isFields = (value: WireValue | undefined): value is { [key: string]: WireValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A fraction of a token says enough with two digits. */
function plain(value: WireValue | undefined): string {
  if (typeof value !== "string") return valueText(value);
  return /^-?\d+\.\d{3,}$/.test(value) ? Number(value).toFixed(2) : value;
}
