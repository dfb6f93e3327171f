/** Who lives, and what becomes of jobs whose worker does not: heartbeats, attempts, back-off, dead letters. */
import type { PatternContext } from "../../contract";
import { QUEUE, type QueueParams } from "./job";

const WORKERS = "workers";
const DELAYED = "delayed:email";
const DEAD = "dead:email";
/** Whoever looks after the others now. */
const REAPER = "reaper";
const DEAD_LETTERS_KEPT_MS = 7 * 24 * 3_600_000;
/** A worker that stood still for so long and then took a job is out of sight: longer than any pause should be. */
const WORKER_KNOWN_MS = 3_600_000;

export const processingOf = (worker: string): string => `processing:${worker}`;
const heartbeatOf = (worker: string): string => `heartbeat:${worker}`;

export type Returned = [jobId: string, attempts: number, fate: "again" | "dead"];
export type ReapResult = { returned: number; dead: number };
export type Queue = PatternContext<{
  beatSafe(...keysWorkerAndMs: (string | number)[]): Promise<[left: number, due: string[]]>;
  giveBackSafe(...keysAndArguments: (string | number)[]): Promise<Returned[]>;
}>;

/** @returns how many jobs its processing list holds */
export async function beat({ redis }: Queue, { heartbeatMs }: QueueParams, worker: string): Promise<number> {
  const keys = [heartbeatOf(worker), WORKERS, processingOf(worker), DELAYED, QUEUE];
  const [left] = await redis.beatSafe(...keys, worker, heartbeatMs);
  return left;
}

/** @param which one job, or all; of the dead: all of a worker that has no heartbeat */
export function giveBack(
  { redis }: Queue,
  { maxAttempts, backoffMs }: QueueParams,
  worker: string,
  which: { job: string } | "all" | "of the dead",
): Promise<Returned[]> {
  const keys = [processingOf(worker), heartbeatOf(worker), DELAYED, DEAD, WORKERS];
  const [job, onlyDead] = typeof which === "object" ? [which.job, 0] : ["", which === "all" ? 0 : 1];
  const limits = [maxAttempts, backoffMs, DEAD_LETTERS_KEPT_MS, WORKER_KNOWN_MS];
  return redis.giveBackSafe(...keys, worker, job, onlyDead, ...limits);
}

/** Looks after all workers: who has no heartbeat any more will not finish what it has. */
export async function reap(ctx: Queue, params: QueueParams): Promise<ReapResult> {
  const workers = await ctx.redis.zrange(WORKERS, 0, "-1");
  if (workers.length === 0) return { returned: 0, dead: 0 };
  const beats = await ctx.redis.mget(workers.map(heartbeatOf));
  const silent = workers.filter((_, i) => beats[i] === null);
  const all = await Promise.all(silent.map((worker) => giveBack(ctx, params, worker, "of the dead")));
  const returned = all.flat();
  return { returned: returned.length, dead: returned.filter(([, , fate]) => fate === "dead").length };
}

/** A turn of the heartbeat: one of the workers, whoever comes first, also looks after the others. */
export async function heartbeat(ctx: Queue, params: QueueParams, worker: string): Promise<ReapResult | null> {
  await beat(ctx, params, worker);
  const isReaper = await ctx.redis.set(REAPER, worker, "PX", Math.ceil(params.heartbeatMs / 2), "NX");
  return isReaper ? reap(ctx, params) : null;
}

/** It has nothing left, and takes nothing more. */
export async function leave({ redis }: Queue, worker: string): Promise<void> {
  await redis.multi().del(heartbeatOf(worker)).zrem(WORKERS, worker).exec();
}
