/** The picture of publish and subscribe: every message, who has it, and the holes of those who will never get it. */
import { defineStage, ownerOf, type Panel, type TapeCell, type TapePanel, type TapeRow } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { type Books, book, emptyBooks } from "./books";
import { CELLS, SHOWN, type Subscriber } from "./dues";
import { labelOf } from "./messages";
import { isRecord, readResultOf } from "./results";

const MAX_ROWS = 6;
const RATE_US = 1_000_000;

interface State {
  books: Books;
  /** Deliveries counted second by second, on the run's clock. */
  rate: { sinceUs: number; count: number; perSecond: number };
}

export const stage = defineStage<State>({
  initial: () => ({ books: emptyBooks(0), rate: { sinceUs: 0, count: 0, perSecond: 0 } }),
  fold,
  panels,
  say,
});

function fold(state: State, event: RunEvent): State {
  const { books, rate } = state;
  const before = books.deliveries;
  state.books = book(books, event);
  if (event.atUs - rate.sinceUs >= RATE_US) {
    const tookUs = event.atUs - rate.sinceUs;
    // It ends with the first event after a second. One in which nothing more came ends the one before it.
    rate.perSecond = tookUs < 2 * RATE_US ? Math.round((rate.count * RATE_US) / tookUs) : 0;
    rate.count = 0;
    rate.sinceUs = event.atUs;
  }
  rate.count += Math.max(0, state.books.deliveries - before);
  return state;
}

function panels({ books, rate }: State, nowUs: number, focus: string | null): Panel[] {
  const { deliveries, subscribers } = books;
  const published = books.published - books.failed;
  const sum = (of: (subscriber: Subscriber) => number) => subscribers.reduce((all, one) => all + of(one), 0);
  const outlived = sum((one) => one.outlived);
  const isNow = nowUs - rate.sinceUs < 2 * RATE_US;
  return [
    tape(books, focus),
    {
      kind: "stat",
      title: "Messages in numbers",
      items: [
        { label: "published", value: digits(published) },
        { label: "delivered", value: digits(deliveries) },
        {
          label: "on their way",
          value: digits(
            sum(({ subscriptions }) => subscriptions.reduce((n, { due, longDue }) => n + due.length + longDue, 0)),
          ),
        },
        { label: "missed for good", value: digits(sum((one) => one.missed)) },
        ...(outlived > 0 ? [{ label: "older than the retention", value: digits(outlived) }] : []),
        { label: "deliveries a second", value: digits(isNow ? rate.perSecond : 0) },
      ],
    },
  ];
}

function tape(books: Books, focus: string | null): TapePanel {
  const entries = books.messages.filter(({ failed }) => !failed).slice(-SHOWN);
  const groups = groupsOf(entries.map(({ channel }) => channel));
  const drawn = drawnOf(books.subscribers, focus);
  return {
    kind: "tape",
    title: "Who has which message",
    entries: entries.map(({ n, publisher, label, channel, receivers, id }) => ({
      id: n,
      actor: publisher,
      label,
      group: groups.get(channel) ?? "",
      note: receivers !== null ? `to ${digits(receivers)}` : id === null ? "sent" : "kept",
    })),
    total: books.published - books.failed,
    noun: "messages",
    rows: drawn.map((subscriber) => rowOf(books, subscriber, entries)),
    note: restOf(books.subscribers, drawn),
    legend: {
      there: "has it",
      due: "on its way",
      missed: "missed for good",
      none: "not subscribed",
      ...(books.subscribers.some(({ outlived }) => outlived > 0) ? { outlived: "older than the retention" } : {}),
    },
  };
}

/** What tells channels apart: "user:100" of "user:100:events". Nothing, where there is only one. */
function groupsOf(channels: readonly string[]): Map<string, string> {
  const words = [...new Set(channels)].map((channel) => channel.split(":"));
  if (words.length < 2) return new Map();
  let same = 0;
  const isSame = (from: number) =>
    words.every((parts) => parts.length > from + 1 && parts.at(-1 - from) === words[0]?.at(-1 - from));
  while (isSame(same)) same += 1;
  return new Map(words.map((parts) => [parts.join(":"), parts.slice(0, parts.length - same).join(":")]));
}

/** Those to look at: the selected one, those who lack something or are not there, then the first ones. */
function drawnOf(subscribers: readonly Subscriber[], focus: string | null): Subscriber[] {
  if (subscribers.length <= MAX_ROWS) return [...subscribers];
  const weight = ({ id, missed, state, stalled }: Subscriber) =>
    id === focus ? 0 : missed > 0 ? 1 : state !== "listening" || stalled ? 2 : 3;
  const first = new Set(
    subscribers
      .map((subscriber, at) => ({ subscriber, at }))
      .sort((a, b) => weight(a.subscriber) - weight(b.subscriber) || a.at - b.at)
      .slice(0, MAX_ROWS)
      .map(({ subscriber }) => subscriber),
  );
  return subscribers.filter((subscriber) => first.has(subscriber));
}

function restOf(subscribers: readonly Subscriber[], drawn: readonly Subscriber[]): string {
  if (subscribers.length === 0) return "Nobody has subscribed yet.";
  const rest = subscribers.filter((subscriber) => !drawn.includes(subscriber));
  if (rest.length === 0) return "";
  const delivered = rest.reduce((sum, one) => sum + one.delivered, 0);
  const missed = rest.reduce((sum, one) => sum + one.missed, 0);
  return `${rest.length} more subscribers are counted, not drawn: ${digits(delivered)} deliveries, ${missed > 0 ? digits(missed) : "none"} missed.`;
}

function rowOf({ published }: Books, subscriber: Subscriber, entries: readonly { n: number }[]): TapeRow {
  const { id, cells, delivered, missed, outlived, subscriptions } = subscriber;
  const all =
    delivered + missed + outlived + subscriptions.reduce((n, { due, longDue }) => n + due.length + longDue, 0);
  const [word, tone] = stateOf(subscriber);
  return {
    actor: id,
    state: all > 0 ? `${word}, ${digits(delivered)} of ${digits(all)}` : word,
    tone,
    cells: entries.map(({ n }) => cellOf(cells[cells.length - 1 - (published - n)])),
  };
}

function stateOf({ state, stalled }: Subscriber): [word: string, tone: TapeRow["tone"]] {
  if (stalled && state !== "gone") return ["stands still", "bad"];
  if (state === "cut off") return ["cut off", "bad"];
  return [state, state === "listening" ? "good" : state === "away" ? "bad" : "off"];
}

const NAMES = new Map<string, TapeCell>(Object.entries(CELLS).map(([name, cell]) => [cell, name as TapeCell]));
const cellOf = (character: string | undefined): TapeCell => NAMES.get(character ?? "") ?? "none";
const digits = (n: number): string => n.toLocaleString("en-US");

function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "message":
      return event.message === null ? null : `${ownerOf(event.actor)} hears “${labelOf(event.message)}”.`;
    case "actor":
      return sayActor(event);
    case "result":
      return sayResult(event);
    default:
      return null;
  }
}

function sayActor({ actor, status, text }: EventOf<"actor">): string | null {
  const owner = ownerOf(actor);
  if (owner === actor) {
    if (status === "crashed") return `${owner}'s process is gone, with all that it wanted to hear.`;
    return status === "released" ? `${owner} goes on.` : null;
  }
  if (status === "closed") return `${owner}'s connection is gone. ${text ?? ""}`.trimEnd();
  return status === "connected" ? `${owner} has a connection that listens.` : null;
}

function sayResult({ name, actor, body, value, error }: EventOf<"result">): string | null {
  const who = ownerOf(actor);
  if (error !== undefined) return `${who}'s ${name} failed: ${error}`;
  if (!isRecord(value)) return null;
  switch (name) {
    case "publish": {
      const sent = `${who} publishes “${labelOf(String(body.message))}” on ${String(body.channel)}`;
      if (typeof value.receivers !== "number") return `${sent}: it is kept.`;
      return `${sent}: ${value.receivers === 1 ? "1 receiver" : `${digits(value.receivers)} receivers`}.`;
    }
    case "burst":
      return `${who} has published ${String(value.messages)} messages of ${String(body.kilobytes)} kB.`;
    case "subscribe":
      return `${who} subscribes to ${String(body.channel)}.`;
    case "psubscribe":
      return `${who} subscribes to all that fits ${String(body.pattern)}.`;
    case "unsubscribe":
      return `${who} unsubscribes.`;
    case "disconnect":
      return `${who} is away.`;
    case "reconnect":
    case "reading":
      return sayRead(who, name, name === "reading" ? readResultOf(value) : readResultOf(value.resumed));
    default:
      return null;
  }
}

function sayRead(who: string, name: string, read: ReturnType<typeof readResultOf>): string | null {
  const back = name === "reconnect" ? `${who} is back` : null;
  if (!read) return back && `${back}. What it has missed, nobody kept.`;
  const [only] = read.heard;
  if (!only) return back && `${back}; nothing was published meanwhile.`;
  const what = read.heard.length === 1 ? `“${labelOf(only.message)}”` : `${read.heard.length} messages`;
  return back ? `${back} and reads ${what}.` : `${who} reads ${what}.`;
}
