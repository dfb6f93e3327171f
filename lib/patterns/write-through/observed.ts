/** Holds the books against what was looked at from outside: see `books.ts` for why it takes two looks to correct them. */
import type { EventOf } from "../../events";
import { adopt, type Books, emptyCache } from "./books";
import { cachedAt, type Fact, type Fields, fieldsOf, sameFields, setRow } from "./fact";

export function bookSeenKey(books: Books, seen: EventOf<"observation">["keys"][number], atUs: number): Fact[] {
  const [, id, isVersion] = /^user:(\d+)(:version)?$/.exec(seen.key) ?? [];
  const fact = id === undefined ? undefined : books.facts[Number(id)];
  if (!fact) return [];
  if (isVersion) {
    if (fact.newest) fact.newest.bytes = seen.bytes ?? 0;
    return [];
  }
  if (fact.inFlight > 0) return [];
  const text = typeof seen.value === "string" ? seen.value : "";
  const cached = cachedAt(fact, atUs);
  if (fact.cachedKnown && sameFields(text === "" ? null : fieldsOf(text), cached?.fields ?? null)) {
    if (cached) cached.bytes = seen.bytes ?? 0;
    fact.seenValue = "";
    return [];
  }
  if (fact.cachedKnown && fact.seenValue !== text) {
    fact.seenValue = text;
    return [];
  }
  fact.seenValue = "";
  if (text === "") emptyCache(books, fact);
  else adopt(books, fact, text, seen.ttlMs >= 0 ? atUs + seen.ttlMs * 1000 : null, false);
  return [fact];
}

export function bookSeenRows(books: Books, rows: readonly Fields[]): Fact[] {
  books.table = Object.fromEntries(rows.map((row) => [Number(row.id), row]));
  return rows.flatMap((row) => {
    const fact = books.facts[Number(row.id)];
    if (!fact || Object.values(books.queries).some(({ id }) => id === fact.id)) return [];
    const known = fact.row;
    const contradicts = !known || Object.keys(known).some((name) => known[name] !== row[name]);
    const text = JSON.stringify(row);
    if (fact.rowKnown && contradicts && fact.seenRow !== text) {
      fact.seenRow = text;
      return [];
    }
    fact.seenRow = "";
    setRow(fact, row);
    return [fact];
  });
}
