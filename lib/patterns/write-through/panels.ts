/** The panels of write-through, drawn from the folded state. */
import type { LedgerCell, LedgerPanel, Panel } from "../../contract";
import type { WireValue } from "../../events";
import { type Cached, COLUMNS, cachedAt, differing, type Fact } from "./fact";
import type { State } from "./state";
import { keyOf, versionKeyOf } from "./user";
import { excuseText, seconds } from "./words";

const SPAN_MS = 12_000;
/** Of each place. */
const MAX_ENTRIES = 4;

/** What the panels show when the run's clock reads `nowUs`. */
export function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const { books } = state;
  const asked = focus === null ? undefined : state.writers.find(({ writer }) => writer === focus)?.user;
  const fact = books.facts[asked ?? state.shown ?? -1] ?? books.facts[state.shown ?? -1];
  const sinceUs = nowUs - SPAN_MS * 1000;
  const cached = Object.values(books.facts).flatMap((one) => cachedAt(one, nowUs) ?? []);
  const unread = cached.filter(({ isRead }) => !isRead);
  const bytes = unread.reduce((sum, value) => sum + value.bytes, 0);
  const endedUnread = Object.values(books.facts).filter((one) => one.cached?.isRead === false).length;
  return [
    ledger(state, fact, nowUs),
    {
      kind: "lanes",
      title: "Writers and readers",
      spanMs: SPAN_MS,
      lanes: state.writers.map(({ writer, marks }) => ({
        actor: writer,
        marks: marks.filter(({ atUs }) => atUs >= sinceUs),
      })),
      legend: { yes: "returned", no: "failed", redis: "a value that it had cached expired" },
    },
    {
      kind: "stat",
      title: "What the cache is full of",
      items: [
        { label: "cached now", value: String(cached.length) },
        { label: "of these read by nobody", value: String(unread.length) },
        { label: "they take", value: bytes ? bytes.toLocaleString("en-US") : "–", unit: bytes ? "bytes" : "" },
        {
          label: `of ${books.counts.stored} so far read by nobody`,
          value: String(books.counts.endedUnread + endedUnread),
        },
      ],
    },
  ];
}

function ledger({ books }: State, fact: Fact | undefined, nowUs: number): LedgerPanel {
  const cached = fact ? cachedAt(fact, nowUs) : null;
  const row = fact?.rowKnown ? fact.row : null;
  return {
    kind: "ledger",
    title: fact ? `User ${fact.id} in two places` : "A user in two places",
    places: [
      {
        name: "PostgreSQL",
        caption: fact ? `users, the row of id ${fact.id}` : "users, 100 rows",
        entries: entriesOf(fact?.inDatabase),
      },
      {
        name: "Redis",
        caption: books.down ? "is down: what it held is gone" : redisCaption(fact, cached, nowUs),
        entries: entriesOf(fact?.inCache),
      },
    ],
    rows: COLUMNS.map((name) => ({
      fact: name,
      cells: [rowCell(fact, name), cachedCell(cached, row, name)],
    })),
    parted: fact?.parted ? { atUs: fact.parted.atUs, text: fact.parted.text } : null,
    note: noteOf(fact, cached, nowUs) + excuseText({ ...books, nowUs }),
  };
}

const entriesOf = (entries: Fact["inCache"] = []) =>
  entries.slice(-MAX_ENTRIES).map(({ action, actor, text, outcome }) => ({ id: action, actor, text, outcome }));

function rowCell(fact: Fact | undefined, name: string): LedgerCell {
  if (!fact) return { text: null, flag: "absent" };
  if (!fact.rowKnown) return { text: fact.row && name in fact.row ? shown(fact.row[name]) : "?", flag: "same" };
  return fact.row ? { text: shown(fact.row[name]), flag: "same" } : { text: null, flag: "absent" };
}

function cachedCell(cached: Cached | null, row: Fact["row"], name: string): LedgerCell {
  const value = cached?.fields?.[name];
  if (value === undefined) return { text: null, flag: "absent" };
  return { text: shown(value), flag: row && row[name] === value ? "same" : "differs" };
}

const shown = (value: WireValue | undefined): string => (value === undefined ? "?" : String(value));

function redisCaption(fact: Fact | undefined, cached: Cached | null, nowUs: number): string {
  if (!fact) return "a string of JSON for each user that was written or read";
  const key = keyOf(fact.id);
  const version =
    fact.newest && fact.newest.expiresUs > nowUs ? `; ${versionKeyOf(fact.id)} is ${fact.newest.version}` : "";
  if (cached) {
    const left = cached.expiresUs === null ? "has no TTL" : `expires in ${seconds(cached.expiresUs - nowUs)}`;
    return `${key} ${left}${version}`;
  }
  return `${key} is not there${version}`;
}

function noteOf(fact: Fact | undefined, cached: Cached | null, nowUs: number): string {
  if (!fact) return "Nobody has written or read yet.";
  const apart = differing(fact, nowUs).length > 0;
  if (fact.writers > 0) {
    const who = fact.writers === 1 ? "1 writer is" : `${fact.writers} writers are`;
    return `${who} still on the way${apart ? ": they may differ until then" : ""}.`;
  }
  if (apart) return "Every writer has returned, and the two differ.";
  if (!cached) return "Not cached: the next reader finds the row in the database.";
  if (!fact.rowKnown) return "Nobody has seen the row yet.";
  const half = COLUMNS.some((name) => !(name in (cached.fields ?? {})));
  return half ? "What is cached agrees, and it is not the whole row." : "The two agree.";
}
