/** The picture of write-behind: two counters and the gap between them, who counts, and when the database is told. */

import { defineStage, type LedgerEntry } from "../../contract";
import type { EventOf, RunEvent } from "../../events";
import { makeRoom } from "../../families/bounded";
import { addMark, addPoint, type Mark } from "../../families/history";
import { book } from "./books";
import { panels } from "./panels";
import { initial, type State } from "./stage-state";
import { isAtRest } from "./state";
import { sumsOf } from "./sums";
import { changeOf, hundredthOf, sumOf } from "./wire";
import { flushText, grouped, say, setText, viewText } from "./words";

const MAX_LANES = 8;
const MAX_ENTRIES = 2;
const MAX_UPDATES = 200;
/** Pages in the order in which they were last viewed. */
const MAX_SHOWN = 3;
/** What changes the books. */
const MOVES: ReadonlySet<RunEvent["type"]> = new Set(["reply", "rows", "result", "observation", "run"]);
/** They are no actors of the run, and have a lane all the same. */
const [REDIS, DATABASE] = ["redis", "database"];

export const stage = defineStage<State>({
  initial: () => initial(),
  fold(before, event) {
    // Forgotten by the books as soon as its reply is there.
    const told = event.type === "reply" ? before.books.sent[event.ref] : undefined;
    const books = book(before.books, event);
    const state = books === before.books ? before : initial(books);
    switch (event.type) {
      case "reply":
        if (told?.kind === "view" && told.counts === "total") foldCounted(state, event, told.count, told.action);
        break;
      case "query":
        foldQuery(state, event);
        break;
      case "rows":
        foldRows(state, event);
        break;
      case "result":
        foldResult(state, event);
        break;
    }
    if (MOVES.has(event.type)) move(state, event);
    if (event.type === "run") foldRun(state, event);
    return state;
  },
  panels: (state, nowUs) => panels(state, nowUs),
  say,
});

/** A view passed a 100th one: it is the one that tells the database. */
function foldCounted(state: State, event: EventOf<"reply">, count: number, action: number | null): void {
  const told = hundredthOf(Number(event.value), count);
  if (event.error === undefined && told !== null && action !== null)
    enter(state.counted, { id: action, actor: event.actor, text: `counted ${grouped(told)}`, outcome: "yes" });
}

function foldQuery(state: State, event: EventOf<"query">): void {
  const change = changeOf(event);
  if (!change || change.kind === "totals" || event.action === null) return;
  const { seq, actor, action } = event;
  makeRoom(state.updates, seq, MAX_UPDATES);
  const { batch, flushes } = state.books;
  const known = change.kind === "add-batch" ? batch?.pages : flushes[action];
  const text = change.kind === "set" ? setText(change) : `+${grouped(sumOf(change.pages ?? known ?? {}))}`;
  state.updates[seq] = { actor, action, text };
}

function foldRows(state: State, { seq, ref, atUs, error, count }: EventOf<"rows">): void {
  const update = state.updates[ref];
  if (!update) return;
  delete state.updates[ref];
  const { actor, action: id } = update;
  const outcome = error === undefined && count ? "yes" : "no";
  const text = error === undefined && !count ? `${update.text} was there` : update.text;
  enter(state.stored, { id, actor, text, outcome });
  mark(state, DATABASE, { id: seq, atUs, outcome, count: 1, text: `${actor}: ${error ?? text}` });
}

function foldResult(state: State, event: EventOf<"result">): void {
  const { seq: id, actor, name, body, error } = event;
  const outcome = error === undefined ? "yes" : "no";
  if (name === "flush")
    mark(state, actor, { id, atUs: event.atUs, outcome, count: 1, text: error ?? flushText(event.value) });
  if (name !== "view") return;
  const page = Number(body.pageId);
  state.shown = [page, ...state.shown.filter((other) => other !== page)].slice(0, MAX_SHOWN);
  const text = error ?? viewText(event.body, event.value);
  mark(state, actor, { id, atUs: event.decidedUs?.[1] ?? event.atUs, outcome, count: Number(body.count), text });
}

/** How far the database is behind; and whether views are missing (those that are pending are not), or it went backwards. */
function move(state: State, { atUs }: RunEvent): void {
  const { books } = state;
  const { behind, lost, extra } = sumsOf(books);
  const before = state.points.at(-1)?.value ?? 0;
  if (behind !== before) addPoint(state.points, { atUs, value: behind }, before);
  const fall = books.falls.at(-1);
  if (books.fellBy !== state.fellBy && fall) state.fallen = fall;
  state.fellBy = books.fellBy;
  if (state.fallen && (books.pages[state.fallen.page]?.database ?? 0) >= state.fallen.from) state.fallen = null;
  if (!isAtRest(books)) return;
  const isOff = lost + extra > 0 || state.fallen !== null;
  state.partedUs = isOff ? (state.partedUs ?? atUs) : null;
}

function foldRun(state: State, { seq, atUs, status, text }: EventOf<"run">): void {
  if (status === "redis-up") mark(state, REDIS, { id: seq, atUs, outcome: "redis", count: 1, text });
  if (status !== "redis-down") return;
  const { lost } = sumsOf(state.books);
  const kept = state.books.appendonly === "no" ? "nothing was pending" : "what it held is in its append-only file";
  const rest = lost ? `${grouped(lost)} acknowledged views are lost` : kept;
  mark(state, REDIS, { id: seq, atUs, outcome: "no", count: 1, text: `killed: ${rest}` });
}

function enter(entries: LedgerEntry[], entry: LedgerEntry): void {
  entries.push(entry);
  if (entries.length > MAX_ENTRIES) entries.shift();
}

function mark(state: State, actor: string, made: Mark): void {
  let lane = state.lanes.find((known) => known.actor === actor);
  if (!lane) {
    if (state.lanes.length >= MAX_LANES) {
      const quiet = state.lanes.reduce((a, b) => (b.touchedSeq < a.touchedSeq ? b : a));
      state.lanes.splice(state.lanes.indexOf(quiet), 1);
    }
    lane = { actor, touchedSeq: made.id, marks: [] };
    state.lanes.push(lane);
  }
  lane.touchedSeq = made.id;
  addMark(lane.marks, made);
}
