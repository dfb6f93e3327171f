/** The picture: the tape with a cursor for each group, who has what pending for how long, and the numbers. Browser-safe. */
import type { CardGroup, CardsPanel, Panel, StatPanel, TapeCell, TapePanel, TapeRow } from "../../contract";
import { type Books, type Consumer, mayIdleUs } from "./books";
import { type Place, SHOWN, type TapeEntryState } from "./entries";
import { type Group, type Pending, pendingOf } from "./groups";

const MAX_ROWS = 8;
const MAX_CARDS = 8;
const MAX_CARDS_EACH = 4;

const CELLS: Record<Place["state"], TapeCell> = {
  pending: "pending",
  acked: "there",
  dead: "dead",
  skipped: "missed",
  lost: "missed",
};

export const panelsOf = (books: Books, nowUs: number, focus: string | null): Panel[] => [
  tapeOf(books, focus),
  cardsOf(books, nowUs),
  numbersOf(books),
];

function tapeOf(books: Books, focus: string | null): TapePanel {
  const { tape, groups, consumers } = books;
  const entries = tape.entries.slice(-SHOWN);
  const types = new Set(entries.map(({ type }) => type));
  const drawn = drawnOf(books, focus);
  const hidden = consumers.filter((consumer) => !drawn.includes(consumer));
  return {
    kind: "tape",
    title: "The stream, and what its groups have of it",
    entries: entries.map(({ n, id, label, type, producer }) => ({
      id: n,
      actor: producer,
      label,
      group: types.size > 1 ? type : "",
      note: n <= tape.trimmed ? "trimmed" : shortId(id),
    })),
    total: tape.added,
    noun: "entries",
    rows: groups
      .slice(0, MAX_ROWS)
      .flatMap((group) => [
        groupRow(books, group, entries),
        ...drawn.filter((one) => one.group === group.id).map((one) => consumerRow(group, one, entries)),
      ]),
    note: noteOf(books, hidden),
    legend: {
      due: "not read yet",
      pending: "pending",
      there: "acked",
      ...(groups.some(({ dead }) => dead > 0) ? { dead: "dead-lettered" } : {}),
      ...(groups.some(({ skipped, lost }) => skipped + lost > 0) ? { missed: "will not come" } : {}),
    },
    cursor: "read up to here",
  };
}

function noteOf({ groups }: Books, hidden: readonly Consumer[]): string {
  if (groups.length === 0) return "No group reads it yet.";
  if (hidden.length === 0) return "";
  const pending = hidden.reduce((sum, one) => {
    const group = groups.find(({ id }) => id === one.group);
    return sum + (group ? pendingOf(group, one.id).length : 0);
  }, 0);
  return `${hidden.length} more consumers are counted, not drawn: ${digits(pending)} pending.`;
}

/** Those to look at: the selected one, those with something pending or dead, then the first ones. */
function drawnOf({ groups, consumers }: Books, focus: string | null): Consumer[] {
  const room = Math.max(0, MAX_ROWS - groups.length);
  if (consumers.length <= room) return [...consumers];
  const weight = ({ id, state }: Consumer) => (id === focus ? 0 : state === "dead" ? 1 : 2);
  const first = consumers.toSorted((a, b) => weight(a) - weight(b)).slice(0, room);
  return consumers.filter((consumer) => first.includes(consumer));
}

function groupRow({ tape }: Books, group: Group, entries: readonly TapeEntryState[]): TapeRow {
  const { id, acked, dead, cursor } = group;
  const pending = pendingOf(group).length + group.pendingMore;
  return {
    actor: id,
    heading: true,
    state: `${digits(acked + dead)} of ${digits(tape.added)} done${pending > 0 ? `, ${digits(pending)} pending` : ""}`,
    tone: "plain",
    cells: entries.map(({ n, places }) => {
      const place = places[id];
      if (place) return CELLS[place.state];
      return n > cursor ? "due" : "none";
    }),
    cursor: entries.filter(({ n }) => n <= cursor).length,
  };
}

function consumerRow(group: Group, { id, state }: Consumer, entries: readonly TapeEntryState[]): TapeRow {
  const pending = pendingOf(group, id).length;
  const own = entries.map(({ places }) => {
    const place = places[group.id];
    return place?.consumer === id ? place : undefined;
  });
  return {
    actor: id,
    state: pending > 0 ? `${state}, ${digits(pending)} pending` : state,
    tone: state === "working" ? "good" : state === "dead" && pending > 0 ? "bad" : "off",
    cells: own.map((place) => (place ? CELLS[place.state] : "none")),
    counts: own.map((place) => (place?.state === "pending" || place?.state === "dead" ? place.deliveries : 0)),
  };
}

function cardsOf(books: Books, nowUs: number): CardsPanel {
  const { groups, consumers, times } = books;
  let room = MAX_CARDS;
  let all = 0;
  const shown: CardGroup[] = [];
  for (const { id, group: of, state } of consumers) {
    const group = groups.find((one) => one.id === of);
    const pending = group ? pendingOf(group, id) : [];
    all += pending.length;
    const cards = pending.slice(0, Math.min(room, MAX_CARDS_EACH));
    if (cards.length === 0) continue;
    room -= cards.length;
    shown.push({
      title: id,
      caption: `of ${of}, ${state}: ${digits(pending.length)} pending`,
      cards: cards.map(([entry, one]) => cardOf(books, entry, one, nowUs)),
    });
  }
  const more = all - (MAX_CARDS - room);
  return {
    kind: "cards",
    title: "Pending: read, and not acknowledged",
    groups: shown,
    legend: { kept: `idle time, up to ${times.claimIdleMs / 1000} s` },
    more: more > 0 ? `and ${digits(more)} more, not drawn` : null,
  };
}

function cardOf({ times }: Books, id: string, pending: Pending, nowUs: number): CardGroup["cards"][number] {
  const idleUs = Math.max(0, nowUs - pending.atUs);
  const leftMs = times.claimIdleMs - idleUs / 1000;
  const isLate = pending.late || idleUs > mayIdleUs(times);
  return {
    id: pending.label,
    of: shortId(id),
    rings: [{ label: "claimable", leftMs, ofMs: times.claimIdleMs, drawn: "kept" }],
    state: isLate ? "nobody takes it over" : pending.gone ? "trimmed away meanwhile" : "",
    tone: isLate || pending.gone ? "bad" : "live",
    facts: [
      { label: "idle", value: `${(idleUs / 1_000_000).toFixed(1)} s` },
      { label: "delivered", value: timesText(pending.deliveries), fresh: pending.deliveries > 1 },
    ],
  };
}

function numbersOf({ tape, groups, effectCount, repeated, twice, late }: Books): StatPanel {
  const sum = (of: (group: Group) => number) => groups.reduce((all, group) => all + of(group), 0);
  const wrong = [
    ["never given out ($)", sum(({ skipped }) => skipped)],
    ["lost by trimming", sum(({ lost }) => lost)],
    ["idled too long", late],
    ["twice in effect", twice],
  ] as const;
  return {
    kind: "stat",
    title: "The stream in numbers",
    items: [
      { label: "added", value: digits(tape.added) },
      { label: "in the stream", value: digits(tape.added - tape.trimmed) },
      { label: "not read yet", value: digits(sum(({ cursor }) => Math.max(0, tape.added - cursor))) },
      { label: "acked", value: digits(sum(({ acked }) => acked)) },
      { label: "dead-lettered", value: digits(sum(({ dead }) => dead)) },
      { label: "took effect", value: digits(effectCount) },
      ...(repeated > 0 ? [{ label: "tried again, no effect", value: digits(repeated) }] : []),
      ...wrong.flatMap(([label, value]) => (value > 0 ? [{ label, value: digits(value), alarm: true }] : [])),
    ],
  };
}

/** "…4523-0": what changes within an hour. */
export const shortId = (id: string): string => `…${id.slice(-6)}`;
const timesText = (n: number): string => (n === 1 ? "once" : `${n} times`);
export const digits = (n: number): string => n.toLocaleString("en-US");
