/** The picture of the token bucket: what Redis holds, who was admitted and who was denied. Browser-safe. */

import { defineStage } from "../../contract";
import type { EventOf } from "../../events";
import { makeRoom } from "../../families/bounded";
import { addMark, addPoint } from "../../families/history";
import { asNumber, markText, milliseconds, sayTake, takeOf } from "../../families/rate-limiting/words";
import { KEY_PREFIX, parseStored, type Stored } from "./bucket";
import { panels } from "./panels";
import { type Bucket, bucketOf, type State } from "./state";

const MAX_PENDING = 256;
/** A client that has been quiet for so long gives the tank to the next one that takes. */
const QUIET_US = 3_000_000;
/** A notification can be read this much later than the reply of a command that came after it. */
const LATE_NOTICE_US = 1000;
/** Commands that set a TTL: µs in the unit of their argument. */
const TTL_UNIT_US: Record<string, number> = { EXPIRE: 1e6, PEXPIRE: 1e3, PEXPIREAT: 1e3 };
const WRITES = new Set(["HSET", "HMSET", "DEL", ...Object.keys(TTL_UNIT_US)]);

export const stage = defineStage<State>({
  initial: () => ({
    capacity: 10,
    refillPerSecond: 1,
    epoch: 0,
    variant: "",
    down: false,
    buckets: [],
    pending: {},
    shown: null,
    skewMs: {},
  }),
  fold(state, event) {
    switch (event.type) {
      case "run":
        foldRun(state, event);
        break;
      case "command":
        if (isBucketWrite(event.name, event.args[0])) {
          makeRoom(state.pending, event.seq, MAX_PENDING);
          state.pending[event.seq] = [event.name, ...event.args];
        }
        break;
      case "reply": {
        const sent = state.pending[event.ref];
        if (sent) delete state.pending[event.ref];
        if (event.error !== undefined) break;
        if (sent) applyWrite(state, sent, event.serverUs[1], event.seq);
        for (const words of event.inner ?? []) applyWrite(state, words, event.serverUs[1], event.seq);
        break;
      }
      case "observation":
        for (const key of event.keys) applyObserved(state, key, event.atUs, event.seq);
        break;
      case "key":
        foldKey(state, event);
        break;
      case "fault":
        if (event.fault === "skew-clock") state.skewMs[event.target] = event.ms ?? 0;
        break;
      case "result":
        foldResult(state, event);
        break;
    }
    return state;
  },
  panels,
  say: (event) => sayTake({ keyPrefix: KEY_PREFIX, unit: ["token", "tokens"], gone: "a full bucket" }, event),
});

function foldRun(state: State, event: EventOf<"run">): void {
  const emptied = event.status !== "configured" || event.variant !== state.variant;
  if (event.status === "redis-down") state.down = true;
  else if (event.status !== "ended") {
    state.down = false;
    if (event.epoch > state.epoch && emptied) {
      state.buckets = [];
      state.pending = {};
      state.shown = null;
      if (event.status !== "redis-up") state.skewMs = {};
    }
  }
  state.epoch = event.epoch;
  state.variant = event.variant;
  state.capacity = asNumber(event.params.capacity) ?? state.capacity;
  state.refillPerSecond = asNumber(event.params.refillPerSecond) ?? state.refillPerSecond;
}

function isBucketWrite(name: string, key = ""): boolean {
  return key.startsWith(KEY_PREFIX) && WRITES.has(name.toUpperCase());
}

/** @param words a command that Redis has executed, name first */
function applyWrite(state: State, words: readonly string[], atUs: number, seq: number): void {
  const [name = "", key = "", ...rest] = words;
  if (!isBucketWrite(name, key)) return;
  const command = name.toUpperCase();
  const bucket = bucketOf(state, key.slice(KEY_PREFIX.length), seq);
  if (atUs < bucket.knownUs) return;
  bucket.knownUs = atUs;
  const unitUs = TTL_UNIT_US[command];
  if (unitUs) bucket.expiresUs = (command === "PEXPIREAT" ? 0 : atUs) + Number(rest[0]) * unitUs;
  else if (command === "DEL") forget(state, bucket, atUs);
  else {
    const fields = Object.fromEntries(rest.flatMap((word, i) => (i % 2 === 0 ? [[word, rest[i + 1]]] : [])));
    setStored(bucket, parseStored(fields), atUs, state.capacity);
  }
}

function applyObserved(state: State, seen: EventOf<"observation">["keys"][number], atUs: number, seq: number): void {
  if (!seen.key.startsWith(KEY_PREFIX)) return;
  const bucket = bucketOf(state, seen.key.slice(KEY_PREFIX.length), seq);
  if (atUs < bucket.knownUs) return;
  if (seen.kind === "none") {
    forget(state, bucket, atUs);
    return;
  }
  if (typeof seen.value !== "object" || seen.value === null || Array.isArray(seen.value)) return;
  const stored = parseStored(seen.value);
  // Read before a write whose reply is already here: the reply knows better.
  if (!stored || (bucket.stored && stored.field === bucket.stored.field && stored.atUs < bucket.stored.atUs)) return;
  bucket.knownUs = atUs;
  bucket.expiresUs = seen.ttlMs >= 0 ? atUs + seen.ttlMs * 1000 : null;
  setStored(bucket, stored, atUs, state.capacity);
}

function foldKey(state: State, event: EventOf<"key">): void {
  if (!event.key.startsWith(KEY_PREFIX) || !["del", "expired", "evicted"].includes(event.event)) return;
  const bucket = state.buckets.find(({ client }) => KEY_PREFIX + client === event.key);
  if (!bucket?.stored) return;
  const { expiresUs } = bucket;
  if (event.event === "expired") {
    // A take that finds the key expired makes a new one before the notice of the old one's end is read.
    if (expiresUs === null || expiresUs > event.atUs + LATE_NOTICE_US) return;
    const late = milliseconds(Math.max(0, Math.round((event.atUs - expiresUs) / 1000)));
    addMark(bucket.marks, { id: event.seq - 0.5, atUs: expiresUs, outcome: "redis", count: 1, text: "TTL reached 0" });
    addMark(bucket.marks, {
      id: event.seq,
      atUs: event.atUs,
      outcome: "redis",
      count: 1,
      text: `deleted by Redis, ${late} later`,
    });
  }
  forget(state, bucket, event.atUs);
}

function foldResult(state: State, event: EventOf<"result">): void {
  const take = takeOf(event);
  if (!take) return;
  const bucket = bucketOf(state, take.client, event.seq);
  const atUs = event.decidedUs?.[1] ?? event.atUs;
  const shown = state.buckets.find(({ client }) => client === state.shown);
  if (!shown || shown.tookUs < atUs - QUIET_US) state.shown = take.client;
  bucket.tookUs = Math.max(bucket.tookUs, atUs);
  if (take.allowed) bucket.admitted += 1;
  else bucket.denied += 1;
  addMark(bucket.marks, {
    id: event.seq,
    atUs,
    outcome: take.allowed ? "yes" : "no",
    count: 1,
    text: markText(take),
  });
}

function setStored(bucket: Bucket, stored: Stored | null, atUs: number, capacity: number): void {
  if (!stored) return;
  const before = bucket.stored?.tokens ?? capacity;
  if (!bucket.points.length || before !== stored.tokens)
    addPoint(bucket.points, { atUs, value: stored.tokens }, before);
  bucket.stored = stored;
}

function forget(state: State, bucket: Bucket, atUs: number): void {
  if (bucket.stored) addPoint(bucket.points, { atUs, value: state.capacity }, bucket.stored.tokens);
  bucket.stored = null;
  bucket.expiresUs = null;
  bucket.knownUs = Math.max(bucket.knownUs, atUs);
}
