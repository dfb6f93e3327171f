/** What can become of a job, as the books have it. Browser-safe. */
import { type Books, type Lost, nameOf, type OpenEffect, type Place, type SeenJob, type SeenWorker } from "./state";
import type { JobText } from "./wire";

const MAX_JOBS = 5000;
const MAX_FINISHED = 2000;
const MAX_WORKERS = 256;
const MAX_LOST = 50;
const MAX_VIOLATIONS = 50;
/** Waits, and times of work. */
export const MAX_TIMES = 500;
const SECONDS = 10;

export interface At {
  seq: number;
  atUs: number;
}

/**
 * The job that this text is of; a new one is followed from now on, one that has come to its end no more.
 * @param wasThere it is no new one for Redis: it may be one of those that were not followed
 */
export function follow(
  books: Books,
  { id, payload, attempts, createdUs }: JobText,
  { seq, atUs }: At,
  wasThere = false,
): SeenJob | null {
  const known = books.jobs[id];
  if (known || id in books.finished) return known ?? null;
  if (wasThere && books.unfollowed > 0) books.unfollowed -= 1;
  else books.enqueued += 1;
  const sinceUs = Math.max(atUs, createdUs);
  const job: SeenJob = {
    id,
    n: books.enqueued - books.unfollowed,
    payload,
    place: "queue",
    sinceUs,
    movedSeq: seq,
    worker: null,
    attempts,
    dueUs: null,
    effects: [],
    missingUs: null,
  };
  books.jobs[id] = job;
  books.queue.push(id);
  if (books.queue.length > MAX_JOBS) forgetOne(books);
  return job;
}

/** Of very many that wait, the latest is no longer followed: it is known again when it is taken. */
function forgetOne(books: Books): void {
  const id = books.queue.pop();
  if (id === undefined) return;
  delete books.jobs[id];
  books.unfollowed += 1;
}

export function move(
  books: Books,
  job: SeenJob,
  place: Place,
  at: At,
  worker: string | null = null,
  next = false,
): void {
  leavePlace(books, job);
  Object.assign(job, { place, sinceUs: at.atUs, movedSeq: at.seq, missingUs: null, dueUs: null });
  if (worker !== null) job.worker = worker;
  if (place === "queue" && next) books.queue.unshift(job.id);
  else if (place === "queue") books.queue.push(job.id);
  if (place === "work" && worker !== null) workerOf(books, worker, true)?.jobs.push(job.id);
}

function leavePlace(books: Books, job: SeenJob): void {
  if (job.place === "queue") {
    const i = books.queue.indexOf(job.id);
    if (i === 0) books.queue.shift();
    else if (i > 0) books.queue.splice(i, 1);
  }
  if (job.place !== "work") return;
  const holder = workerOf(books, job.worker ?? "");
  if (holder) holder.jobs = holder.jobs.filter((id) => id !== job.id);
}

/** After a failed attempt. */
export function fateOf(books: Books, job: SeenJob, fate: "delayed" | "dead", at: At): void {
  move(books, job, fate, at);
  if (fate === "dead") books.dead += 1;
  else {
    books.returned += 1;
    job.dueUs = at.atUs + books.backoffMs * 1000 * 2 ** (job.attempts - 1);
  }
}

/** It is nowhere any more, done or lost. */
export function finish(books: Books, job: SeenJob): void {
  leavePlace(books, job);
  delete books.jobs[job.id];
  books.finished[job.id] = job.effects[0] ?? null;
  books.finishedIds.push(job.id);
  if (books.finishedIds.length > MAX_FINISHED) delete books.finished[books.finishedIds.shift() ?? ""];
}

/** The database has answered: something new came of the work, or it was there already. */
export function effected(books: Books, { job: id, worker }: OpenEffect, isNew: boolean, at: At): void {
  const job = books.jobs[id];
  const before = (job ? job.effects[0] : books.finished[id]) ?? null;
  if (!isNew) {
    books.stopped += 1;
    return;
  }
  if (before !== null) {
    books.twice += 1;
    const what = job ? nameOf(job) : "a job";
    const who = before === worker ? `both times by ${worker}` : `by ${before} and by ${worker}`;
    books.twiceText = `${what} was done twice, ${who}`;
    violate(books, at.seq, books.twiceText);
  } else books.done += 1;
  if (!job) return;
  job.effects.push(worker);
  const holder = workerOf(books, worker);
  if (holder) holder.done += 1;
  pushBounded(books.worksUs, at.atUs - job.sinceUs, MAX_TIMES);
  countSecond(books, at.atUs);
  if (!books.keeps) finish(books, job);
}

/** Whether its effect came about is not known. */
export function unclear(books: Books, job: SeenJob, at: At): void {
  move(books, job, "unclear", at);
}

/** It is nowhere any more, and nothing came of it. */
export function lose(books: Books, job: SeenJob, why: string, seq: number): void {
  finish(books, job);
  // What is done may go.
  if (job.effects.length > 0) return;
  books.lost += 1;
  const lost: Lost = { n: job.n, payload: job.payload, why };
  if (books.lostJobs.length < MAX_LOST) books.lostJobs.push(lost);
  violate(books, seq, `${nameOf(job)} is lost: ${why}`);
}

function violate({ violations }: Books, seq: number, text: string): void {
  if (violations.length < MAX_VIOLATIONS) violations.push({ seq, text: `${capital(text)}.` });
}
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function workerOf({ workers }: Books, id: string, make = false): SeenWorker | undefined {
  const known = workers.find((worker) => worker.id === id);
  if (known || !make || workers.length >= MAX_WORKERS) return known;
  const worker: SeenWorker = { id, status: "waits", jobs: [], done: 0, beatEndsUs: null };
  workers.push(worker);
  return worker;
}

function countSecond({ perSecond }: Books, atUs: number): void {
  const second = Math.floor(atUs / 1e6);
  const last = perSecond.at(-1);
  if (last?.second === second) last.done += 1;
  else perSecond.push({ second, done: 1 });
  if (perSecond.length > SECONDS) perSecond.shift();
}

export function pushBounded<T>(list: T[], item: T, max: number): void {
  list.push(item);
  if (list.length > max) list.shift();
}
