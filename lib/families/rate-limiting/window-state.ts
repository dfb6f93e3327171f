/** What the stage of a window limiter remembers: the takes of each client, and what Redis holds for it. JSON, bounded. */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { addMark, addPoint, type Mark, type Point } from "../history";
import { markText, milliseconds, type Take, takeOf } from "./words";

export const KEY_PREFIX = "ratelimit:";
const MAX_CLIENTS = 12;
/** A limiter of two buckets has a key for each window; older ones expire. */
const MAX_KEYS = 4;
/** A notification can be read this much later than the reply of a command that came after it. */
const LATE_NOTICE_US = 1000;

/** A key as Redis last showed it. `Content` is what the pattern makes of the value. */
export interface SeenKey<Content> {
  key: string;
  content: Content;
  /** When Redis will let it expire; null without a TTL. */
  expiresUs: number | null;
  seenUs: number;
}

export interface WindowClient<Content> {
  client: string;
  keys: SeenKey<Content>[];
  /** Its last take, and when that was. */
  last: Take | null;
  tookUs: number;
  touchedSeq: number;
  admitted: number;
  denied: number;
  marks: Mark[];
  /** Units in use after each take. */
  points: Point[];
}

export interface WindowState<Content> {
  limit: number;
  windowMs: number;
  epoch: number;
  variant: string;
  down: boolean;
  /** In the order in which the clients first came. */
  clients: WindowClient<Content>[];
  /** By client: ms that its app server's clock is ahead. */
  skewMs: Record<string, number>;
}

export const emptyWindows = <Content>(): WindowState<Content> => ({
  limit: 10,
  windowMs: 10_000,
  epoch: 0,
  variant: "",
  down: false,
  clients: [],
  skewMs: {},
});

/** Reads a key's value, or null when it is none of the limiter's. */
export type ReadContent<Content> = (seen: EventOf<"observation">["keys"][number], atUs: number) => Content | null;

/** Folds one event. `usedAt` is what the pattern's panels call used, for the curve over time. */
export function foldWindows<Content>(
  state: WindowState<Content>,
  event: RunEvent,
  read: ReadContent<Content>,
  usedAt: (state: WindowState<Content>, client: WindowClient<Content>, nowUs: number) => number,
): WindowState<Content> {
  switch (event.type) {
    case "run":
      foldRun(state, event);
      break;
    case "observation":
      for (const seen of event.keys) {
        const client = foldSeen(state, seen, event, read);
        if (client) addUse(client, event.atUs, usedAt(state, client, event.atUs));
      }
      break;
    case "key":
      foldGone(state, event);
      break;
    case "fault":
      if (event.fault === "skew-clock") state.skewMs[event.target] = event.ms ?? 0;
      break;
    case "result":
      foldTake(state, event, usedAt);
      break;
  }
  return state;
}

function foldRun<Content>(state: WindowState<Content>, event: EventOf<"run">): void {
  const emptied = event.status !== "configured" || event.variant !== state.variant;
  if (event.status === "redis-down") state.down = true;
  else if (event.status !== "ended") {
    state.down = false;
    if (event.epoch > state.epoch && emptied) {
      state.clients = [];
      if (event.status !== "redis-up") state.skewMs = {};
    }
  }
  state.epoch = event.epoch;
  state.variant = event.variant;
  state.limit = numberOr(event.params.limit, state.limit);
  state.windowMs = numberOr(event.params.windowMs, state.windowMs);
}

/** `ratelimit:alice` and `ratelimit:alice:4711` are alice's. */
const clientOfKey = (key: string): string => key.slice(KEY_PREFIX.length).split(":")[0] ?? "";

function foldSeen<Content>(
  state: WindowState<Content>,
  seen: EventOf<"observation">["keys"][number],
  { atUs, seq }: EventOf<"observation">,
  read: ReadContent<Content>,
): WindowClient<Content> | null {
  if (!seen.key.startsWith(KEY_PREFIX)) return null;
  const client = clientOf(state, clientOfKey(seen.key), seq);
  client.keys = client.keys.filter(({ key }) => key !== seen.key);
  const content = seen.kind === "none" ? null : read(seen, atUs);
  if (content !== null) {
    const expiresUs = seen.ttlMs >= 0 ? atUs + seen.ttlMs * 1000 : null;
    client.keys = [...client.keys, { key: seen.key, content, expiresUs, seenUs: atUs }].slice(-MAX_KEYS);
  }
  return client;
}

function foldGone<Content>(state: WindowState<Content>, event: EventOf<"key">): void {
  if (!event.key.startsWith(KEY_PREFIX) || !["del", "expired", "evicted"].includes(event.event)) return;
  const client = state.clients.find((known) => known.client === clientOfKey(event.key));
  const gone = client?.keys.find(({ key }) => key === event.key);
  if (!client || !gone) return;
  const { expiresUs } = gone;
  if (event.event === "expired") {
    // A take that finds the key expired makes a new one before the notice of the old one's end is read.
    if (expiresUs === null || expiresUs > event.atUs + LATE_NOTICE_US) return;
    const late = milliseconds(Math.max(0, Math.round((event.atUs - expiresUs) / 1000)));
    const redis = { outcome: "redis", count: 1 } as const;
    addMark(client.marks, { ...redis, id: event.seq - 0.5, atUs: expiresUs, text: `${event.key}: TTL reached 0` });
    addMark(client.marks, { ...redis, id: event.seq, atUs: event.atUs, text: `deleted by Redis, ${late} later` });
  }
  client.keys = client.keys.filter((key) => key !== gone);
  addUse(client, event.atUs, 0);
}

function foldTake<Content>(
  state: WindowState<Content>,
  event: EventOf<"result">,
  usedAt: (state: WindowState<Content>, client: WindowClient<Content>, nowUs: number) => number,
): void {
  const take = takeOf(event);
  if (!take) return;
  const client = clientOf(state, take.client, event.seq);
  const atUs = event.decidedUs?.[1] ?? event.atUs;
  // What it found, as far as Redis was seen: what left the window since then has left the curve too.
  addUse(client, atUs, usedAt(state, client, atUs));
  client.last = take;
  client.tookUs = Math.max(client.tookUs, atUs);
  if (take.allowed) client.admitted += 1;
  else client.denied += 1;
  const outcome = take.allowed ? "yes" : "no";
  addMark(client.marks, { id: event.seq, atUs, outcome, count: 1, text: markText(take) });
}

function addUse<Content>(client: WindowClient<Content>, atUs: number, value: number): void {
  addPoint(client.points, { atUs, value }, client.points.at(-1)?.value ?? 0);
}

function clientOf<Content>(state: WindowState<Content>, name: string, seq: number): WindowClient<Content> {
  let client = state.clients.find((known) => known.client === name);
  if (!client) {
    if (state.clients.length >= MAX_CLIENTS) {
      const quiet = state.clients.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.clients.splice(state.clients.indexOf(quiet), 1);
    }
    client = {
      client: name,
      keys: [],
      last: null,
      tookUs: 0,
      touchedSeq: seq,
      admitted: 0,
      denied: 0,
      marks: [],
      points: [],
    };
    state.clients.push(client);
  }
  client.touchedSeq = seq;
  return client;
}

const numberOr = (value: WireValue | undefined, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;
