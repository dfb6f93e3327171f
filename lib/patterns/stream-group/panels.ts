/** The picture: the tape with a cursor for each group, who has what pending for how long, and the numbers. Browser-safe. */
import type { Panel, StatPanel, TapeCell, TapePanel, TapeRow } from "../../contract";
import type { Books, Consumer } from "./books";
import { type Place, SHOWN, type TapeEntryState } from "./entries";
import { type Group, type Pending, pendingOf } from "./groups";

const MAX_ROWS = 8;

const CELLS: Record<Place["state"], TapeCell> = {
  pending: "pending",
  acked: "there",
  dead: "dead",
  skipped: "missed",
  lost: "missed",
};

export const panelsOf = (books: Books, nowUs: number, focus: string | null): Panel[] => [
  tapeOf(books, nowUs, focus),
  numbersOf(books, nowUs),
];

function tapeOf(books: Books, nowUs: number, focus: string | null): TapePanel {
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
        ...drawn
          .filter((one) => one.group === group.id)
          .map((one) => consumerRow(books, group, one, { entries, nowUs })),
      ]),
    note: noteOf(books, hidden),
    legend: {
      due: "not read yet",
      pending: "pending",
      ...(books.late > 0 ? { late: "pending for too long" } : {}),
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
    state: `${digits(acked + dead)} of ${digits(tape.added)}${pending > 0 ? `, ${digits(pending)} pending` : " done"}`,
    tone: "plain",
    cells: entries.map(({ n, id: entryId, places }) => {
      const place = places[id];
      if (place) return cellOf(group, place, entryId);
      return n > cursor ? "due" : "none";
    }),
    cursor: entries.filter(({ n }) => n <= cursor).length,
  };
}

interface View {
  entries: readonly TapeEntryState[];
  nowUs: number;
}

function consumerRow({ times }: Books, group: Group, { id, state }: Consumer, { entries, nowUs }: View): TapeRow {
  const pending = pendingOf(group, id).length;
  const own = entries.map((entry) => {
    const place = entry.places[group.id];
    return place?.consumer === id ? { place, entry } : null;
  });
  return {
    actor: id,
    state: pending > 0 ? `${state}, ${digits(pending)} pending` : state,
    tone: state === "working" ? "good" : state === "dead" && pending > 0 ? "bad" : "off",
    cells: own.map((one) => (one ? cellOf(group, one.place, one.entry.id) : "none")),
    notes: own.map((one) => {
      if (one?.place.state === "dead") return `tried ${Math.min(one.place.deliveries, times.maxDeliveries)}×`;
      const known = one?.place.state === "pending" ? group.pending[one.entry.id] : undefined;
      return known ? pendingText(known, nowUs) : "";
    }),
  };
}

const cellOf = (group: Group, { state }: Place, id: string): TapeCell =>
  state === "pending" && group.pending[id]?.late ? "late" : CELLS[state];

/** "1.2 s", "0.3 s, 2nd": how long it has idled since it was delivered last, and which delivery that was. */
function pendingText({ atUs, deliveries }: Pending, nowUs: number): string {
  const idle = `${(Math.max(0, nowUs - atUs) / 1_000_000).toFixed(1)} s`;
  return deliveries > 1 ? `${idle}, ${deliveries}×` : idle;
}

function numbersOf({ tape, groups, effectCount, repeated, twice, late }: Books, nowUs: number): StatPanel {
  const idleUs = groups.flatMap((group) => pendingOf(group).map(([, { atUs }]) => nowUs - atUs));
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
      {
        label: "longest idle",
        value: idleUs.length > 0 ? `${(Math.max(0, ...idleUs) / 1_000_000).toFixed(1)} s` : "–",
      },
      { label: "acked", value: digits(sum(({ acked }) => acked)) },
      { label: "dead-lettered", value: digits(sum(({ dead }) => dead)) },
      { label: "took effect", value: digits(effectCount) },
      ...(repeated > 0 ? [{ label: "tried again, no effect", value: digits(repeated) }] : []),
      ...wrong.flatMap(([label, value]) => (value > 0 ? [{ label, value: digits(value), alarm: true }] : [])),
    ],
  };
}

/** "…4523-0": what changes within an hour. */
const shortId = (id: string): string => `…${id.slice(-6)}`;
export const digits = (n: number): string => n.toLocaleString("en-US");
