/**
 * The books that verdict and picture share: where each job is, who has it, what came of it. They follow the replies; what
 * observers see sets them right (see seen.ts). Browser-safe, JSON, bounded.
 */
import { ownerOf } from "../../contract";
import type { EventOf, RunEvent, WireValue } from "../../events";
import { effected, fateOf, finish, follow, lose, MAX_TIMES, move, pushBounded, unclear, workerOf } from "./moves";
import { lookForMissing, seeDeletion, seeKeys, seeTables } from "./seen";
import { type Books, emptyBooks, type SeenJob } from "./state";
import { jobIn, sentIn, takenIn } from "./wire";

/** More than a run has on its way; beyond it they are forgotten. */
const MAX_OPEN = 4000;

/** Books one event. @returns the books to go on with */
export function book(books: Books, event: RunEvent): Books {
  lookForMissing(books, event);
  switch (event.type) {
    case "run":
      return bookRun(books, event);
    case "actor":
      bookActor(books, event);
      break;
    case "command": {
      const sent = sentIn(event);
      if (sent) remember(books.sent, event.seq, sent);
      break;
    }
    case "reply":
      bookReply(books, event);
      break;
    case "query":
      if (/^INSERT INTO emails/.test(event.sql))
        remember(books.effects, event.seq, { job: String(event.values[0]), worker: ownerOf(event.actor) });
      break;
    case "rows":
      bookRows(books, event);
      break;
    case "result":
      bookResult(books, event);
      break;
    case "key":
      seeDeletion(books, event);
      break;
    case "observation":
      seeKeys(books, event);
      seeTables(books, event);
  }
  return books;
}

function remember<T>(open: Record<number, T>, seq: number, what: T): void {
  open[seq] = what;
  const seqs = Object.keys(open);
  if (seqs.length > MAX_OPEN) delete open[Number(seqs[0])];
}

function bookRun(books: Books, { epoch, status, params, variant }: EventOf<"run">): Books {
  const next = status === "started" || status === "reset" ? emptyBooks(epoch) : books;
  next.epoch = epoch;
  next.keeps = variant !== "as-written";
  for (const id of ["workMs", "heartbeatMs", "backoffMs"] as const)
    if (typeof params[id] === "number") next[id] = params[id];
  if (status === "redis-down") next.down = true;
  if (status === "redis-up") Object.assign(next, { down: false, recount: true });
  return next;
}

function bookActor(books: Books, { actor, status, seq, atUs }: EventOf<"actor">): void {
  const worker = books.workers.find(({ id }) => id === actor);
  if (!worker || status !== "crashed") return;
  worker.status = "dead";
  if (books.keeps) return;
  for (const id of [...worker.jobs]) {
    const job = books.jobs[id];
    if (!job) continue;
    const isOnItsWay = Object.values(books.effects).some(({ job }) => job === id);
    if (isOnItsWay) unclear(books, job, { seq, atUs });
    else lose(books, job, `${actor} had it when it died`, seq);
  }
}

function bookReply(books: Books, event: EventOf<"reply">): void {
  const { ref, error, value, seq } = event;
  const sent = books.sent[ref];
  delete books.sent[ref];
  if (!sent || error !== undefined) return;
  const at = { seq, atUs: event.serverUs[1] };
  switch (sent.does) {
    case "enqueue":
    case "take": {
      const told = jobIn("text" in sent ? sent.text : takenIn(value));
      const { unfollowed } = books;
      // It may have been handed on before this was heard.
      const job = told && follow(books, told, at, sent.does === "take");
      if (job && "worker" in sent) take(books, job, sent.worker, event, books.unfollowed === unfollowed);
      break;
    }
    case "remove": {
      const job = books.jobs[jobIn(sent.text)?.id ?? ""];
      if (value === 1 && job) finish(books, job);
      break;
    }
    case "beat":
      beaten(books, sent.worker, value, event);
      break;
    case "give back":
      if (Array.isArray(value)) for (const one of value) givenBack(books, one, at);
  }
}

/** @param isKnown since when it waited is known */
function take(books: Books, job: SeenJob, worker: string, { seq, serverUs }: EventOf<"reply">, isKnown: boolean): void {
  // Of a command that was blocked MONITOR tells when it began to wait: the job may have come later.
  const takenUs = Math.max(serverUs[1], job.sinceUs, job.dueUs ?? 0);
  if (job.place === "queue" && isKnown) pushBounded(books.waitsUs, takenUs - job.sinceUs, MAX_TIMES);
  move(books, job, "work", { seq, atUs: takenUs }, worker);
  const holder = workerOf(books, worker);
  // Served by Redis after its end: only an observer has seen that.
  if (holder && holder.status === "dead" && !books.keeps) lose(books, job, `${worker} had it when it died`, seq);
  if (holder?.status === "waits") holder.status = "works";
}

function beaten(
  books: Books,
  id: string,
  value: WireValue | undefined,
  { seq, atUs, serverUs }: EventOf<"reply">,
): void {
  const worker = workerOf(books, id);
  if (worker && worker.status !== "dead") worker.beatEndsUs = serverUs[1] + books.heartbeatMs * 1000;
  const [, due] = Array.isArray(value) ? value : [];
  if (!Array.isArray(due)) return;
  for (const text of due) {
    const told = jobIn(text);
    const job = told && follow(books, told, { seq, atUs });
    // Whoever waited for it has it already: a command that was blocked is heard of before the one that ended its waiting.
    if (job?.place === "delayed") move(books, job, "queue", { seq, atUs: serverUs[1] }, null, true);
  }
}

function givenBack(books: Books, told: WireValue, at: { seq: number; atUs: number }): void {
  if (!Array.isArray(told)) return;
  const [id, attempts, fate] = told;
  const job = books.jobs[String(id)];
  if (!job) return;
  job.attempts = Number(attempts);
  fateOf(books, job, fate === "dead" ? "dead" : "delayed", at);
}

function bookRows(books: Books, { ref, rows, count, error, seq, atUs }: EventOf<"rows">): void {
  const effect = books.effects[ref];
  delete books.effects[ref];
  if (!effect) return;
  if (error === undefined) effected(books, effect, (rows?.length ?? count ?? 0) > 0, { seq, atUs });
}

/** A turn is over, or a worker has been told to begin or to end. */
function bookResult(books: Books, { name, actor, value, error, seq, body }: EventOf<"result">): void {
  const worker = workerOf(books, ownerOf(actor), name === "start-worker" || name === "work");
  if (!worker || worker.status === "dead") return;
  if (name === "start-worker" && error === undefined) worker.status = worker.jobs.length > 0 ? "works" : "waits";
  if (name === "stop-worker" && error === undefined)
    worker.status = books.keeps || worker.jobs.length > 0 ? "stopping" : "stopped";
  if (name !== "work") return;
  const isStopping = worker.status === "stopping";
  // A variant that keeps jobs in Redis says so by its own last turn; a call of "work" is a turn of its own.
  const isLast =
    isStopping &&
    (!books.keeps || (typeof value === "object" && value !== null && "jobId" in value && value.jobId === null));
  worker.status = isLast ? "stopped" : isStopping ? "stopping" : body.worker === undefined ? "waits" : "stopped";
  if (isLast) worker.beatEndsUs = null;
  if (error === undefined || books.keeps) return;
  for (const id of [...worker.jobs]) {
    const job = books.jobs[id];
    if (job && job.place === "work") lose(books, job, `the work of ${worker.id} on it failed`, seq);
  }
}
