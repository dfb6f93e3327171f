/** What the picture of write-behind shows of its state. */
import type { LedgerPanel, LedgerRow, Panel } from "../../contract";
import { measuredIn, perSecondOf } from "./durability";
import type { State } from "./stage-state";
import { type Books, type Fall, pendingOf } from "./state";
import { sumsOf } from "./sums";
import { CLAIMED, WAITING } from "./wire";
import { grouped } from "./words";

const SPAN_MS = 12_000;
const LEAST_MAX = 100;

export function panels(state: State, nowUs: number): Panel[] {
  const sinceUs = nowUs - SPAN_MS * 1000;
  const measured = durability(state.books);
  return [
    places(state, measured !== null),
    measured ?? gap(state, nowUs),
    {
      kind: "lanes",
      title: "Who counts, and when the database is told",
      spanMs: SPAN_MS,
      lanes: state.lanes.map(({ actor, marks }) => ({ actor, marks: marks.filter(({ atUs }) => atUs >= sinceUs) })),
      legend: { yes: "answered", no: "failed, refused or killed", redis: "Redis is back" },
    },
  ];
}

/** @param isShort all pages in one row, where something else needs the room */
function places({ books, shown, counted, stored, partedUs, fallen }: State, isShort: boolean): LedgerPanel {
  const { acknowledged, pending, lost, extra, unknown } = sumsOf(books);
  const pages = isShort ? [] : shown.length ? shown.toSorted((a, b) => a - b) : [1];
  const isAll = pages.length > 0 && Object.keys(books.pages).length <= pages.length;
  return {
    kind: "ledger",
    title: "Views in two places",
    places: [
      { name: "Acknowledged", caption: "what Redis has answered", entries: isShort ? [] : counted },
      { name: "Database", caption: "page_stats", entries: isShort ? [] : stored },
      { name: "Pending", caption: books.down ? downText(books) : keysText(books), entries: [] },
    ],
    rows: [
      ...pages.map((page) => rowOf(books, page, fallen)),
      ...(isAll ? [] : [row("all pages", sumsOf(books), fallen)]),
    ],
    parted: partedUs === null ? null : { atUs: partedUs, text: offText({ lost, extra }, fallen) },
    note:
      `${grouped(acknowledged)} acknowledged, ${grouped(pending)} of them not yet in the database.` +
      (unknown ? ` Of ${grouped(unknown)} more nobody was told whether they went in.` : ""),
  };
}

function rowOf(books: Books, id: number, fallen: Fall | null): LedgerRow {
  const { acknowledged, database, sent } = books.pages[id] ?? { acknowledged: 0, database: 0, sent: 0 };
  const pending = pendingOf(books, id);
  const there = database + pending;
  const figures = {
    acknowledged,
    database,
    pending: Math.max(0, pending),
    lost: Math.max(0, acknowledged - there),
    extra: Math.max(0, there - sent),
  };
  return row(`page ${id}`, figures, fallen?.page === id ? fallen : null);
}

type Figures = Record<"acknowledged" | "database" | "pending" | "lost" | "extra", number>;

function row(fact: string, figures: Figures, fallen: Fall | null): LedgerRow {
  const { acknowledged, database, pending, lost, extra } = figures;
  const isOff = lost > 0 || extra > 0 || fallen !== null;
  return {
    fact,
    cells: [
      { text: grouped(acknowledged), flag: "same" },
      { text: grouped(database), flag: isOff ? "differs" : "same" },
      { text: grouped(pending), flag: "same" },
    ],
    note: isOff ? offText(figures, fallen, "fell back") : pending ? `${grouped(pending)} to come` : "all there",
  };
}

/** @param fell what is said of a database that went backwards, where there is no room for the figures */
function offText({ lost, extra }: Pick<Figures, "lost" | "extra">, fallen: Fall | null, fell?: string): string {
  if (extra) return `${grouped(extra)} counted twice`;
  if (lost) return `${grouped(lost)} lost`;
  return fallen ? (fell ?? `the database fell from ${grouped(fallen.from)} to ${grouped(fallen.to)}`) : "";
}

const keysText = ({ counts }: Books): string => (counts === "total" ? "pageviews:…" : `${WAITING}, ${CLAIMED}`);
const downText = ({ appendonly }: Books): string =>
  appendonly === "no" ? "Redis is down, and its keys are gone" : "Redis is down; its append-only file is there";

function gap({ points }: State, nowUs: number): Panel {
  const sinceUs = nowUs - SPAN_MS * 1000;
  const past = points.filter(({ atUs }) => atUs <= nowUs);
  const inside = past.filter(({ atUs }) => atUs >= sinceUs);
  const before = past[past.length - inside.length - 1]?.value ?? 0;
  const drawn = [{ atUs: sinceUs, value: before }, ...inside, { atUs: nowUs, value: inside.at(-1)?.value ?? before }];
  return {
    kind: "series",
    title: "The gap",
    unit: "acknowledged views that the database does not have",
    spanMs: SPAN_MS,
    max: Math.max(LEAST_MAX, ...drawn.map(({ value }) => value)),
    lines: [{ actor: "gap", points: drawn }],
  };
}

/** What was measured of each way to keep what Redis holds; null when nothing was. */
function durability(books: Books): LedgerPanel | null {
  const measured = measuredIn(books);
  if (!measured.length) return null;
  return {
    kind: "ledger",
    title: "What survives kill -9, by how the append-only file is synced",
    places: [
      { name: "Writes answered", caption: "by one client, one after the other", entries: [] },
      { name: "Found after the restart", caption: "in Redis", entries: [] },
      { name: "Throughput", caption: "answers per second", entries: [] },
    ],
    rows: measured.map((one) => ({
      fact: one.mode === "no" ? "no file" : one.mode,
      cells: [
        { text: grouped(one.acknowledged), flag: "same" },
        { text: grouped(one.acknowledged - one.lost), flag: one.lost ? "differs" : "same" },
        { text: `${grouped(perSecondOf(one))}/s`, flag: "same" },
      ],
      note: one.lost ? `${grouped(one.lost)} lost` : "none lost",
    })),
    parted: null,
    note: "A power cut would take more: what Redis wrote and nobody synced is still in the memory of the machine.",
  };
}
