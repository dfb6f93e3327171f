/** What the picture remembers besides the books: marks by worker, and what has just moved. */
import { type LaneMark, type NodeMessage, ownerOf } from "../../contract";
import type { RunEvent } from "../../events";
import { book } from "./books";
import { pushBounded } from "./moves";
import { type Books, emptyBooks, nameOf } from "./state";

const MAX_MARKS = 60;
const MAX_MESSAGES = 40;
const JOIN_US = 50_000;
export const QUEUE_BOX = "queue";
export const AGAIN_BOX = "again";
export const DONE_BOX = "done";
export const DEAD_BOX = "dead";
export const LOST_BOX = "lost";

export interface State {
  books: Books;
  marks: Record<string, LaneMark[]>;
  messages: NodeMessage[];
}

export const initial = (): State => ({ books: emptyBooks(), marks: {}, messages: [] });

export function fold(state: State, event: RunEvent): State {
  const before = countsOf(state.books);
  const held = holdersOf(state.books, event);
  const books = book(state.books, event);
  const next = books === state.books ? state : { ...initial(), books };
  if (next === state) tell(next, event, before, held);
  return next;
}

interface Counts {
  done: number;
  lost: number;
  twice: number;
  dead: number;
  stopped: number;
}
const countsOf = ({ done, lost, twice, dead, stopped }: Books): Counts => ({ done, lost, twice, dead, stopped });

/** Which job each worker has, where this event may change it. */
function holdersOf({ workers, jobs }: Books, { type }: RunEvent): Map<string, string> {
  if (type !== "reply" && type !== "rows" && type !== "actor" && type !== "result") return new Map();
  return new Map(
    workers.flatMap(({ id, jobs: [first = ""] }) => {
      const job = jobs[first];
      return job ? [[id, nameOf(job)] as const] : [];
    }),
  );
}

function tell(state: State, event: RunEvent, before: Counts, held: ReadonlyMap<string, string>): void {
  const { books } = state;
  const { seq, atUs } = event;
  const travel = (from: string, to: string, outcome: NodeMessage["outcome"], text: string) =>
    pushBounded(state.messages, { id: seq, from, to, atUs, outcome, text }, MAX_MESSAGES);
  if (event.type === "rows") {
    const worker = ownerOf(event.actor);
    const text = held.get(worker) ?? "a job";
    if (books.twice > before.twice) {
      mark(state, worker, seq, atUs, "wrong", `${text}, once more`);
      travel(worker, DONE_BOX, "arrived", `${short(text)} once more`);
    } else if (books.done > before.done) {
      mark(state, worker, seq, atUs, "yes", text);
      travel(worker, DONE_BOX, "arrived", short(text));
    } else if (books.stopped > before.stopped) {
      mark(state, worker, seq, atUs, "no", `${text}, stopped by its key`);
      travel(worker, DONE_BOX, "refused", short(text));
    }
  } else if (event.type === "reply") {
    for (const { id, jobs } of books.workers) {
      const job = books.jobs[jobs[0] ?? ""];
      if (job && held.get(id) !== nameOf(job) && job.movedSeq === seq) travel(QUEUE_BOX, id, "arrived", `job ${job.n}`);
      const had = held.get(id);
      if (had !== undefined && !job && event.actor !== id) travel(id, AGAIN_BOX, "arrived", short(had));
    }
  } else if (books.lost > before.lost && (event.type === "actor" || event.type === "result")) {
    const worker = ownerOf(event.actor);
    mark(state, worker, seq, atUs, "wrong", `${held.get(worker) ?? "a job"} is lost`);
  } else if (event.type === "key" && event.event === "expired" && event.key.startsWith("heartbeat:"))
    mark(state, event.key.slice("heartbeat:".length), seq, atUs, "redis", "heartbeat over");
}

/** Without its payload. */
const short = (name: string): string => name.replace(/ “.*$/, "");

function mark(
  { marks }: State,
  worker: string,
  id: number,
  atUs: number,
  outcome: LaneMark["outcome"],
  text: string,
): void {
  const own = marks[worker] ?? [];
  marks[worker] = own;
  const last = own.at(-1);
  if (last && last.outcome === outcome && atUs - last.atUs < JOIN_US) last.count += 1;
  else pushBounded(own, { id, atUs, outcome, count: 1, text }, MAX_MARKS);
}
