/** What the books of the queue hold. Browser-safe, JSON, bounded. */

/** Where a job is as far as Redis and its worker's memory go; `unclear`: its worker died while the effect was on its way. */
export type Place = "queue" | "delayed" | "work" | "dead" | "unclear";

export interface SeenJob {
  id: string;
  /** In the order in which they were first seen, from 1. */
  n: number;
  payload: string;
  place: Place;
  /** Since when it is there, and the event that said so. */
  sinceUs: number;
  movedSeq: number;
  /** Who works, or worked last, on it. */
  worker: string | null;
  /** Attempts that have failed. */
  attempts: number;
  /** Of one that is delayed: when it is due. */
  dueUs: number | null;
  /** Whose work has had an effect. */
  effects: string[];
  /** Redis was seen without it where it should be, for the first time then. */
  missingUs: number | null;
}

export interface SeenWorker {
  id: string;
  status: "waits" | "works" | "stopping" | "stopped" | "dead";
  /** Ids of the jobs that it has: one, unless something went wrong. */
  jobs: string[];
  done: number;
  /** By Redis' own PTTL; null: it has no heartbeat. */
  beatEndsUs: number | null;
}

export interface Lost {
  n: number;
  payload: string;
  why: string;
}

/** Something on its way to Redis or PostgreSQL whose answer tells of a job. */
export type Sent =
  | { does: "enqueue" | "remove"; text: string }
  | { does: "take" | "beat" | "give back"; worker: string };
export interface OpenEffect {
  job: string;
  worker: string;
}

export interface Books {
  epoch: number;
  /** Jobs stay in Redis while they are worked on. */
  keeps: boolean;
  workMs: number;
  heartbeatMs: number;
  backoffMs: number;
  down: boolean;
  /** Redis is back: what the next look does not find is gone. */
  recount: boolean;
  jobs: Record<string, SeenJob>;
  /** Ids of the jobs in the queue, the next one to be taken first. */
  queue: string[];
  /** Ids of the latest jobs that are followed no more, and by whom they were done; null: they are lost. */
  finished: Record<string, string | null>;
  /** The same, oldest first. */
  finishedIds: string[];
  workers: SeenWorker[];
  sent: Record<number, Sent>;
  effects: Record<number, OpenEffect>;
  /** Ids of jobs that were not found where they should be. */
  missing: string[];
  enqueued: number;
  /** Of very many that wait, those that are counted and not followed one by one. */
  unfollowed: number;
  done: number;
  dead: number;
  /** Jobs that came back for another attempt. */
  returned: number;
  /** Second effects that the key has stopped; and those that nothing stopped. */
  stopped: number;
  twice: number;
  lost: number;
  lostJobs: Lost[];
  twiceText: string;
  /** The latest ones, µs. */
  waitsUs: number[];
  worksUs: number[];
  /** Effects by second of the run's clock, the latest seconds. */
  perSecond: { second: number; done: number }[];
  violations: { seq: number; text: string }[];
}

export function emptyBooks(epoch = 0): Books {
  return {
    epoch,
    keeps: false,
    workMs: 1500,
    heartbeatMs: 3000,
    backoffMs: 500,
    down: false,
    recount: false,
    jobs: {},
    queue: [],
    finished: {},
    finishedIds: [],
    workers: [],
    sent: {},
    effects: {},
    missing: [],
    enqueued: 0,
    unfollowed: 0,
    done: 0,
    dead: 0,
    returned: 0,
    stopped: 0,
    twice: 0,
    lost: 0,
    lostJobs: [],
    twiceText: "",
    waitsUs: [],
    worksUs: [],
    perSecond: [],
    violations: [],
  };
}

export const nameOf = ({ n, payload }: Pick<SeenJob, "n" | "payload">): string => `job ${n} “${payload}”`;
