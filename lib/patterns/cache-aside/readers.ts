/**
 * The readers of the picture: how far each has got, and how many there have been since it was last quiet. JSON, bounded. A reader
 * stays where its way has ended until others come: what a herd has done can be seen after it.
 */
import type { FlowMark } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { isTrimTime, trim } from "../../families/bounded";
import { answeredOf, loadedKey, stepOf, toldOf } from "./steps";

/** Nobody has been on the way for so long: who comes then begins a new wave. */
const QUIET_US = 1_000_000;
/** While others keep coming, who is done stays so long. */
const STAYS_US = 1_500_000;
/** More are counted and not drawn. */
const MAX_READERS = 600;
const MAX_INSTANCES = 40;
const MAX_SENT = 6000;
const MAX_KEYS = 2000;

/** `doneUs` 0: still on its way. A tuple, because there are hundreds and the state travels. */
type Reader = [action: number, instance: number, at: 0 | 1, mark: FlowMark, doneUs: number];

export interface Readers {
  instances: string[];
  readers: Reader[];
  /** By `seq` of what was asked: by which call. */
  sent: Record<number, number>;
  /** Reads that have begun and have no result. */
  open: number;
  lastUs: number;
  wave: { readers: number; hits: number; selects: number; waited: number; failed: number; keys: Record<string, 1> };
  /** The key that most of the wave read, by majority vote (Boyer and Moore). */
  hot: { key: string; lead: number };
}

const newWave = (): Readers["wave"] => ({ readers: 0, hits: 0, selects: 0, waited: 0, failed: 0, keys: {} });

export const noReaders = (): Readers => ({
  instances: [],
  readers: [],
  sent: {},
  open: 0,
  lastUs: 0,
  wave: newWave(),
  hot: { key: "", lead: 0 },
});

export function moveReaders(all: Readers, event: RunEvent): void {
  if (isTrimTime(event.seq)) {
    trim(all.sent, MAX_SENT);
    trim(all.wave.keys, MAX_KEYS);
  }
  switch (event.type) {
    case "command":
      ask(all, event);
      break;
    case "query":
      query(all, event);
      break;
    case "reply":
      hear(all, event);
      break;
    case "result":
      if (event.name === "read") arrive(all, event);
      break;
  }
}

export const waitingOf = ({ readers }: Readers): number => readers.filter(([, , , mark]) => mark === "waits").length;

function ask(all: Readers, { seq, atUs, actor, action, ...event }: EventOf<"command">): void {
  const step = stepOf({ seq, atUs, actor, action, ...event });
  if (!step || action === null || step.kind === "fill") return;
  if (step.kind === "look") begin(all, action, actor, step.key, atUs);
  all.sent[seq] = action;
}

function begin(all: Readers, action: number, actor: string, key: string, atUs: number): void {
  if (all.open === 0 && atUs - all.lastUs > QUIET_US) {
    all.wave = newWave();
    all.readers = [];
    all.hot = { key: "", lead: 0 };
  }
  all.open += 1;
  all.lastUs = Math.max(all.lastUs, atUs);
  all.wave.readers += 1;
  vote(all, key);
  let instance = all.instances.indexOf(actor);
  if (instance < 0 && all.instances.length < MAX_INSTANCES) instance = all.instances.push(actor) - 1;
  if (instance < 0) return;
  const { readers } = all;
  while (readers[0] && readers[0][4] > 0 && readers[0][4] < atUs - STAYS_US) readers.shift();
  if (readers.length >= MAX_READERS) {
    const hit = readers.findIndex((reader) => reader[3] === "hit");
    readers.splice(Math.max(0, hit), 1);
  }
  readers.push([action, instance, 0, "asks", 0]);
}

function vote({ hot }: Readers, key: string): void {
  if (hot.lead === 0) hot.key = key;
  hot.lead += hot.key === key ? 1 : -1;
}

function query(all: Readers, event: EventOf<"query">): void {
  const key = loadedKey(event);
  if (key === null || event.action === null) return;
  all.wave.selects += 1;
  all.wave.keys[key] = 1;
  const reader = readerOf(all, event.action);
  if (!reader) return;
  reader[2] = 1;
  reader[3] = "query";
}

function hear(all: Readers, event: EventOf<"reply">): void {
  const action = all.sent[event.ref];
  delete all.sent[event.ref];
  if (action === undefined || toldOf(event) !== "wait") return;
  const reader = readerOf(all, action);
  if (!reader || reader[3] === "waits") return;
  all.wave.waited += 1;
  reader[3] = "waits";
}

function arrive(all: Readers, event: EventOf<"result">): void {
  all.open = Math.max(0, all.open - 1);
  all.lastUs = Math.max(all.lastUs, event.atUs);
  const answered = answeredOf(event);
  if (!answered) all.wave.failed += 1;
  else if (answered.source === "cache") all.wave.hits += 1;
  const reader = readerOf(all, event.action);
  if (!reader) return;
  reader[4] = event.atUs;
  if (!answered) reader[3] = "failed";
  else if (answered.source === "cache") [reader[2], reader[3]] = [0, "hit"];
}

const readerOf = ({ readers }: Readers, action: number): Reader | undefined =>
  readers.findLast((reader) => reader[0] === action);
