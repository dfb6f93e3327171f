/** Sentences about users, their rows and what is cached of them. */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { type Books, isObject } from "./books";
import { COLUMNS, cachedAt, differing, type Fact, missingIn } from "./fact";
import { keyOf } from "./user";

const users = (n: number): string => (n === 1 ? "1 user" : `${n} users`);
const quoted = (value: WireValue | undefined): string =>
  typeof value === "string" ? `“${value}”` : value === undefined ? "nothing" : String(value);
/** "email, role and version" */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
/** "4.2 s", never less than 0. */
export const seconds = (us: number): string => `${(Math.max(0, us) / 1e6).toFixed(1)} s`;

/** "user:1 is apart: username “ann” in the cache, “ben” in the row. PostgreSQL got B's write last, Redis A's." */
export function apartText(fact: Fact, nowUs: number): string {
  const { fields = null } = cachedAt(fact, nowUs) ?? {};
  const why = fact.parted?.text ?? "";
  if (!fact.row || !fields) return `${keyOf(fact.id)} is cached as ${quoted(fields?.username)}: ${why}.`;
  const { row } = fact;
  const columns = differing(fact, nowUs).map(
    (name) => `${name} ${quoted(fields[name])} in the cache, ${quoted(row[name])} in the row`,
  );
  return `${keyOf(fact.id)}: ${columns.join("; ")}. ${why}.`;
}

export function partialText(id: number, reader: string, missing: readonly string[]): string {
  const got = COLUMNS.length - missing.length;
  return `${keyOf(id)}: the cache gave ${reader} ${got} of ${COLUMNS.length} columns; ${listed(missing)} had vanished.`;
}

/** Whose fault it may have been. */
export const faultsText = (faults: readonly string[]): string =>
  faults.length ? ` Before it: ${faults.join("; ")}.` : "";

/** What is true when nothing is apart: of those written, how many are cached as they are in the database. */
export function heldText(books: Books): string {
  const written = Object.values(books.facts).filter(
    ({ inDatabase, inCache }) => inDatabase.length + inCache.length > 0,
  );
  const absent = written.filter((fact) => fact.cachedKnown && !cachedAt(fact, books.nowUs)).length;
  const equal = written.filter((fact) => isEqual(fact, books.nowUs));
  const half = equal.filter((fact) => missingIn(fact.cached?.fields ?? {}).length > 0).length;
  const lacking = half
    ? ` as far as ${half === 1 ? "it goes" : "they go"} (${half} ${half === 1 ? "lacks" : "lack"} columns that no reader has missed yet)`
    : "";
  const left = written.length - equal.length - absent;
  const open = left ? `, ${left} still open` : "";
  return `${users(written.length)} written: ${equal.length} cached and equal to the row${lacking}; ${absent} not cached${open}.`;
}

const isEqual = (fact: Fact, nowUs: number): boolean =>
  fact.rowKnown && fact.cachedKnown && cachedAt(fact, nowUs) !== null && !differing(fact, nowUs).length;

/** Whoever is excused, and for how long at most. */
export function excuseText({ excused, facts, nowUs }: Books): string {
  const apart = excused.flatMap((id) => facts[id] ?? []).filter((fact) => differing(fact, nowUs).length > 0);
  return apart
    .map(({ id, excuse }) => {
      const left = seconds((excuse?.untilUs ?? nowUs) - nowUs);
      return ` ${keyOf(id)} differs and is excused for ${left} at most: ${excuse?.text ?? ""}.`;
    })
    .join("");
}

/** One sentence for the live region and captions; null for what is not worth one. */
export function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "key":
      return event.event === "expired" && /^user:\d+$/.test(event.key)
        ? `Redis deleted ${event.key}, whose time was over.`
        : null;
    case "result":
      return event.name === "update" ? sayUpdate(event) : event.name === "read" ? sayRead(event) : null;
    default:
      return null;
  }
}

function sayUpdate({ actor, body, value, error }: EventOf<"result">): string {
  if (error !== undefined) return `${actor}'s update of user ${String(body.id)} failed: ${error}`;
  const told = isObject(value) ? value : {};
  const version = told.version === null ? "" : `, version ${String(told.version)}`;
  return `${actor} named user ${String(body.id)} ${quoted(body.username)}${version}: ${outcomeText(told.cache)}.`;
}

export function outcomeText(cache: WireValue | undefined): string {
  switch (cache) {
    case "written":
      return "row written, then the cache";
    case "kept-newer":
      return "row written; the cache kept a newer one";
    case "deleted":
      return "row written; the cache refused it, so what it had was deleted";
    default:
      return "there is no such user";
  }
}

function sayRead({ actor, body, value, error }: EventOf<"result">): string {
  const id = String(body.id);
  if (error !== undefined) return `${actor} could not read user ${id}: ${error}`;
  const { source, value: fields } = isObject(value) ? value : {};
  if (!isObject(fields)) return `${actor} read user ${id} from the ${String(source)}: there is no such user.`;
  const missing = missingIn(fields);
  const lost = missing.length ? `, without ${listed(missing)}` : "";
  return `${actor} read user ${id} from the ${String(source)}: ${quoted(fields.username)}${lost}.`;
}
