/** The picture of invalidation: who keeps which copy, the message on its way to them, and the one who missed it. */
import { defineStage, type NodeBox, type NodeMessage, type NodesPanel, ownerOf, type Panel } from "../../contract";
import type { RunEvent } from "../../events";
import { isRecord, readOf, SOURCE_WORDS, secondsText } from "./books";
import type { Copy } from "./copies";
import { fold, initial, REDIS, type Service, type State } from "./state";

const SPAN_MS = 12_000;
/** A message is shown for so long, and in a run that stands still until the next one. */
const SHOWN_US = 2_500_000;
const MAX_BOXES = 5;

export const stage = defineStage<State>({ initial: () => initial(), fold, panels, say });

function panels(state: State, nowUs: number, focus: string | null): Panel[] {
  const { books, services } = state;
  const sinceUs = nowUs - SPAN_MS * 1000;
  return [
    nodes(state, nowUs, focus),
    {
      kind: "stat",
      title: "Where reads were answered",
      items: [
        { label: "read from own copies", value: String(books.reads.local) },
        { label: "from shared ones", value: String(books.reads.cache) },
        { label: "from the database", value: String(books.reads.database) },
        { label: "older row, too late", value: String(books.stale) },
        ...longest(books.longestUs),
      ],
    },
    {
      kind: "lanes",
      title: "Reads and updates",
      spanMs: SPAN_MS,
      lanes: services.map(({ service, marks }) => ({
        actor: service,
        marks: marks.filter(({ atUs }) => atUs >= sinceUs),
      })),
      legend: { yes: "read or renamed", no: "older row, too late" },
    },
  ];
}

function longest(us: number) {
  const [value = "0", unit = "ms"] = secondsText(us).split(" ");
  return [{ label: "older row seen for up to", value, unit }];
}

function nodes(state: State, nowUs: number, focus: string | null): NodesPanel {
  const { services, variant } = state;
  const readers = services.filter(({ reads }) => reads);
  const focused = readers.find(({ service }) => service === focus);
  const shown = readers.filter((service, i) => service === focused || i < MAX_BOXES).slice(-MAX_BOXES);
  const ids = new Set([REDIS, ...shown.map(({ service }) => service)]);
  return {
    kind: "nodes",
    title: "Who holds which version of the row",
    nodes: [...shown.map((service) => serviceBox(state, service, nowUs)), redisBox(state, nowUs), databaseBox(state)],
    links: shown.map(({ service, listens }) => ({
      from: REDIS,
      to: service,
      state: listens === "lost" || state.down ? "cut" : "up",
    })),
    messages: shownMessages(state.messages, nowUs).filter(({ from, to }) => ids.has(from) && ids.has(to)),
    majority: null,
    legend:
      variant === "as-written"
        ? { arrived: "stored" }
        : { arrived: "arrived", missed: "missed", ...(variant === "publish" ? {} : { refused: "refused" }) },
  };
}

/** The latest between each two boxes, for as long as it is fresh. */
function shownMessages(messages: readonly NodeMessage[], nowUs: number): NodeMessage[] {
  const ways = new Map<string, NodeMessage>();
  for (const message of messages)
    if (nowUs - message.atUs < SHOWN_US) ways.set([message.from, message.to].sort().join(" "), message);
  return [...ways.values()];
}

function serviceBox({ copies, row, variant, books, ttlMs }: State, one: Service, nowUs: number): NodeBox {
  const { service, listens, latest } = one;
  const held = copies.own[service]?.[row];
  // A copy that has run out is in memory until somebody looks; nobody is given it.
  const copy = held && (held.untilUs ?? nowUs) > nowUs ? held : undefined;
  const kept = variant === "as-written" ? "keeps none" : "none";
  return {
    id: service,
    row: "services",
    label: service,
    actor: service,
    state: { no: variant === "as-written" ? "asks Redis" : "not listening yet", yes: "listening", lost: "cut off" }[
      listens
    ],
    tone: listens === "lost" ? "bad" : listens === "yes" ? "good" : "plain",
    facts: [
      copy ? { label: "own copy", ...factOf(copy, copies.rows[row]) } : { label: "own copy", value: kept },
      { label: "last read", value: latest || "nothing" },
    ],
    ring: ringOf(copy, variant === "safe" ? books.boundMs : ttlMs, nowUs),
  };
}

function redisBox({ copies, row, down, ttlMs }: State, nowUs: number): NodeBox {
  const shared = copies.shared[row];
  return {
    id: REDIS,
    row: "stores",
    label: `Redis, user:${row}`,
    actor: null,
    state: down ? "down" : "up",
    tone: down ? "bad" : "plain",
    facts: [
      shared ? { label: "shared copy", ...factOf(shared, copies.rows[row]) } : { label: "shared copy", value: "none" },
    ],
    ring: ringOf(shared, ttlMs, nowUs),
  };
}

function databaseBox({ copies, row }: State): NodeBox {
  const known = copies.rows[row];
  return {
    id: "database",
    row: "stores",
    label: "PostgreSQL",
    actor: null,
    state: "the row itself",
    tone: "plain",
    facts: [{ label: `users, id ${row}`, value: known ? wordsOf(known) : "not read yet" }],
    ring: null,
  };
}

const wordsOf = ({ username, version }: Copy): string => `${username}, version ${version}`;
const factOf = (copy: Copy, row: Copy | undefined) => ({
  value: wordsOf(copy),
  stale: row !== undefined && copy.version < row.version,
});

function ringOf(copy: Copy | undefined, ofMs: number, nowUs: number): NodeBox["ring"] {
  if (!copy || copy.untilUs === null || ofMs <= 0) return null;
  const ttlMs = Math.max(0, (copy.untilUs - nowUs) / 1000);
  return { ttlMs, ofMs, label: "to live" };
}

function say(event: RunEvent): string | null {
  switch (event.type) {
    case "fault":
      return event.text;
    case "message":
      return `${ownerOf(event.actor)} hears that ${event.message ?? "everything"} has changed.`;
    case "actor": {
      const owner = ownerOf(event.actor);
      if (owner === event.actor)
        return event.status === "crashed" ? `${owner}'s process is gone, with all its copies.` : null;
      if (event.status === "crashed") return null;
      return event.status === "connected" ? `${owner} begins to listen.` : `${owner}'s listening connection is gone.`;
    }
    case "result": {
      const read = readOf(event);
      if (read)
        return read.version === null
          ? `${read.service} found no user ${read.id}.`
          : `${read.service} read ${read.username}, version ${read.version}, ${SOURCE_WORDS[read.source]}.`;
      if (event.error !== undefined) return `${event.actor}'s ${event.name} failed: ${event.error}`;
      if (event.name !== "update" || !isRecord(event.value)) return null;
      const { version } = event.value;
      return typeof version === "number"
        ? `${event.actor} renamed user ${String(event.body.id)} to ${String(event.body.username)}: version ${version}.`
        : `${event.actor} found no user ${String(event.body.id)}.`;
    }
    default:
      return null;
  }
}
