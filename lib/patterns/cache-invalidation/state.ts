/** What the picture of invalidation is drawn from, folded from the trace. JSON, bounded. */
import { type NodeMessage, ownerOf } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { addMark, type Mark } from "../../families/history";
import { type Books, book, emptyBooks, isRecord, lateness, readOf, SOURCE_NAMES, secondsText } from "./books";
import { type Copies, follow, noCopies, rowOf } from "./copies";

const MAX_SERVICES = 12;
const MAX_MESSAGES = 24;
export const REDIS = "redis";

export interface Service {
  service: string;
  /** It has read something, so that it may keep copies; who only writes has no box. */
  reads: boolean;
  /** Its second connection: none yet, there, or gone. */
  listens: "no" | "yes" | "lost";
  /** What it was last told. */
  latest: string;
  touchedSeq: number;
  marks: Mark[];
}

export interface State {
  books: Books;
  copies: Copies;
  variant: string;
  ttlMs: number;
  down: boolean;
  /** The row that was last read or changed. */
  row: string;
  services: Service[];
  messages: NodeMessage[];
}

export const initial = (books = emptyBooks(1000)): State => ({
  books,
  copies: noCopies(),
  variant: "",
  ttlMs: 0,
  down: false,
  row: "1",
  services: [],
  messages: [],
});

export function fold(before: State, event: RunEvent): State {
  const books = book(before.books, event);
  // Another epoch begins with empty books. The rows stay in the database, and processes remember what they did, unless it was a reset.
  const state = event.type === "run" && event.epoch !== before.books.epoch ? afresh(before, event, books) : before;
  state.books = books;
  const fill = follow(state.copies, event);
  if (fill)
    addMessage(state, {
      id: event.seq,
      from: fill.actor,
      to: REDIS,
      atUs: event.atUs,
      outcome: fill.stored ? "arrived" : "refused",
      text: fill.stored ? `stores version ${fill.copy.version}` : `version ${fill.copy.version} is refused`,
    });
  switch (event.type) {
    case "run":
      foldRun(state, event);
      break;
    case "actor":
      foldActor(state, event);
      break;
    case "message":
      foldMessage(state, event);
      break;
    case "command":
      if (isInvalidation(event)) missed(state, event);
      break;
    case "result":
      foldResult(state, event);
  }
  return state;
}

function afresh(before: State, { status }: EventOf<"run">, books: Books): State {
  if (status === "reset" || status === "started") return initial(books);
  const copies = status === "redis-up" ? { ...before.copies, shared: {}, pending: {} } : before.copies;
  return { ...before, books, copies, messages: [] };
}

function foldRun(state: State, { status, variant, params }: EventOf<"run">): void {
  state.variant = variant;
  if (typeof params.ttlMs === "number") state.ttlMs = params.ttlMs;
  state.down = status === "redis-down";
  if (state.down) state.copies.shared = {};
}

function foldActor(state: State, { actor, status, seq }: EventOf<"actor">): void {
  const owner = ownerOf(actor);
  if (owner === actor) {
    // A new process stands behind the same id, or none.
    const known = state.services.find(({ service }) => service === actor);
    if (known && (status === "crashed" || status === "closed")) known.listens = "no";
    return;
  }
  const service = serviceOf(state, owner, seq);
  service.reads = true;
  service.listens = status === "connected" ? "yes" : status === "crashed" ? "no" : "lost";
}

function foldMessage(state: State, { actor, channel, message, seq, atUs }: EventOf<"message">): void {
  const owner = ownerOf(actor);
  // Tracking tells of every key that was read, leases too.
  if (message !== null && rowOf(message) === null) return;
  serviceOf(state, owner, seq);
  const text = message ?? `everything (${channel})`;
  addMessage(state, { id: seq, from: REDIS, to: owner, atUs, outcome: "arrived", text });
}

const isInvalidation = ({ name, script }: EventOf<"command">): boolean =>
  name === "PUBLISH" || (script?.startsWith("invalidate-") ?? false) || name === "DEL";

/** Whoever does not listen now does not hear of it later. */
function missed(state: State, { seq, atUs, args, script, name }: EventOf<"command">): void {
  const key = script ? args[2] : name === "PUBLISH" ? args[1] : args[0];
  for (const [i, { service, listens }] of state.services.entries())
    if (listens === "lost")
      addMessage(state, {
        // Between two events: there is one for each of them.
        id: seq + (i + 1) / 64,
        from: REDIS,
        to: service,
        atUs,
        outcome: "missed",
        text: key ?? "",
      });
}

function addMessage(state: State, message: NodeMessage): void {
  state.messages.push(message);
  if (state.messages.length > MAX_MESSAGES) state.messages.shift();
}

function foldResult(state: State, event: EventOf<"result">): void {
  const { actor, body, name, seq, atUs, startedUs = atUs } = event;
  if (name !== "read" && name !== "update") return;
  if (typeof body.id === "number") state.row = String(body.id);
  const service = serviceOf(state, actor, seq);
  const read = readOf(event);
  if (read) {
    service.reads = true;
    const late = lateness(state.books, read, startedUs);
    const what = read.version === null ? "no such row" : `version ${read.version}`;
    service.latest = `${what}, ${SOURCE_NAMES[read.source]}`;
    const text = late
      ? `${service.latest}, ${secondsText(late.byUs)} after version ${late.version} was acknowledged`
      : service.latest;
    addMark(service.marks, { id: seq, atUs, outcome: late ? "no" : "yes", count: 1, text });
    return;
  }
  const version = isRecord(event.value) ? event.value.version : null;
  const text = event.error ?? (name === "update" ? `renamed: version ${String(version)}` : "");
  service.latest = text;
  addMark(service.marks, { id: seq, atUs, outcome: "yes", count: 1, text });
}

function serviceOf(state: State, name: string, seq: number): Service {
  let service = state.services.find((known) => known.service === name);
  if (!service) {
    if (state.services.length >= MAX_SERVICES) {
      const quiet = state.services.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.services.splice(state.services.indexOf(quiet), 1);
    }
    service = { service: name, reads: false, listens: "no", latest: "", touchedSeq: seq, marks: [] };
    state.services.push(service);
  }
  service.touchedSeq = seq;
  return service;
}
