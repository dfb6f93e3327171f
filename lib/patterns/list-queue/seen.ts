/** What observers see of Redis and PostgreSQL, held against the books: jobs that have come or gone without a reply that says so. */
import type { EventOf, RunEvent } from "../../events";
import { effected, finish, follow, lose, move, workerOf } from "./moves";
import type { Books, Place, SeenJob } from "./state";
import { beaterOf, holderOf, jobsIn, placeOf } from "./wire";

type ObservedKey = EventOf<"observation">["keys"][number];
/** A reply that is on its way says by then where the job went. */
const REPLIES_ARE_HERE_US = 2_000_000;

/** Whether a job that was looked for in vain has been heard of since. */
export function lookForMissing(books: Books, { seq, atUs }: RunEvent): void {
  if (books.missing.length === 0) return;
  books.missing = books.missing.filter((id) => {
    const job = books.jobs[id];
    if (!job || job.missingUs === null) return false;
    if (atUs - job.missingUs < REPLIES_ARE_HERE_US) return true;
    lose(books, job, "it is in no list any more, and nobody has it", seq);
    return false;
  });
}

/** The last job has gone from a list: whoever took it says so before long. */
export function seeDeletion(books: Books, { event, key, seq, atUs }: EventOf<"key">): void {
  const beater = beaterOf(key);
  if (beater !== null) {
    const worker = workerOf(books, beater);
    if (worker && (event === "expired" || event === "del")) worker.beatEndsUs = null;
  } else if (event === "del" && placeOf(key) !== null) missIn(books, key, new Set(), seq, atUs);
}

export function seeKeys(books: Books, { keys, since, atUs, seq }: EventOf<"observation">): void {
  if (since === undefined) return;
  for (const key of keys) {
    const beater = beaterOf(key.key);
    if (beater !== null) seeHeartbeat(books, beater, key, atUs);
    else if (placeOf(key.key) !== null) seeJobs(books, key, { since, atUs });
  }
  if (!books.recount) return;
  books.recount = false;
  recount(books, keys, since, seq);
}

function seeHeartbeat(books: Books, id: string, { ttlMs }: ObservedKey, atUs: number): void {
  const worker = workerOf(books, id);
  if (worker) worker.beatEndsUs = ttlMs > 0 ? atUs + ttlMs * 1000 : null;
}

function seeJobs(books: Books, key: ObservedKey, { since, atUs }: { since: number; atUs: number }): void {
  const place = placeOf(key.key);
  if (place === null) return;
  const { all, jobs } = jobsIn(key);
  for (const told of jobs) {
    // Where not all are followed, one that is not known is one of those.
    const job = books.jobs[told.id] ?? (books.unfollowed > 0 ? null : follow(books, told, { seq: since, atUs }));
    if (!job || job.movedSeq > since) continue;
    job.missingUs = null;
    if (place === "delayed") job.dueUs = told.score * 1000;
    if (!isIn(job, key.key)) arrive(books, job, place, { seq: since, atUs }, holderOf(key.key));
    job.attempts = told.attempts;
  }
  if (all) missIn(books, key.key, new Set(jobs.map(({ id }) => id)), since, atUs);
}

function arrive(
  books: Books,
  job: SeenJob,
  place: Place,
  at: { seq: number; atUs: number },
  holder: string | null,
): void {
  move(books, job, place, at, holder);
  if (place === "dead") books.dead += 1;
}

/** Those that should be in this key, and are not among the ones that were found. */
function missIn(books: Books, key: string, found: ReadonlySet<string>, since: number, atUs: number): void {
  for (const job of Object.values(books.jobs)) {
    if (!isIn(job, key) || job.movedSeq > since || found.has(job.id) || job.missingUs !== null) continue;
    if (!books.keeps && job.place === "work") continue;
    job.missingUs = atUs;
    books.missing.push(job.id);
  }
}

/** Is this key where the job is taken to be? */
const isIn = ({ place, worker }: SeenJob, key: string): boolean =>
  placeOf(key) === place && (place !== "work" || worker === holderOf(key));

/** Redis has come back: what it does not have it has forgotten. What a worker has in its memory stays there. */
function recount(books: Books, keys: readonly ObservedKey[], since: number, seq: number): void {
  const seen = new Map(keys.map((key) => [key.key, jobsIn(key)]));
  const isThere = (job: SeenJob) =>
    [...seen].some(([key, { all, jobs }]) => isIn(job, key) && (!all || jobs.some(({ id }) => id === job.id)));
  for (const job of Object.values(books.jobs)) {
    const inMemory = job.place === "unclear" || (!books.keeps && job.place === "work");
    if (inMemory || job.movedSeq > since || isThere(job)) continue;
    lose(books, job, "it went with Redis", seq);
  }
}

/** Of a worker that died with its effect on the way, the table says whether it came about. */
export function seeTables(books: Books, { tables = [], since = 0, seq, atUs }: EventOf<"observation">): void {
  const emails = tables.find(({ table }) => table === "emails");
  if (!emails) return;
  const sent = new Set(emails.rows.map(({ job }) => String(job)));
  for (const job of Object.values(books.jobs)) {
    if (job.place !== "unclear" || job.movedSeq > since) continue;
    if (sent.has(job.id)) {
      effected(books, { job: job.id, worker: job.worker ?? "" }, true, { seq, atUs });
      finish(books, job);
    } else if (emails.rows.length === emails.count) lose(books, job, `${job.worker} had it when it died`, seq);
  }
}
