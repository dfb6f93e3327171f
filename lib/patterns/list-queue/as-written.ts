/**
 * The queue as the notes give it: LPUSH puts a job in at one end, BRPOP takes it out at the other. How it breaks: a job that
 * was taken is nowhere but in its worker's memory. Should the worker die, or the work fail, it is gone, and nobody knows of it.
 */
import type { PatternContext } from "../../contract";
import {
  enqueue,
  type Job,
  NOTHING,
  QUEUE,
  type QueueParams,
  type StartResult,
  type StopResult,
  type TurnResult,
  workOn,
} from "./job";
import { send } from "./send";

export { enqueue };

export function startWorker(ctx: PatternContext, params: QueueParams): Promise<StartResult> {
  const turn = (own: PatternContext) => work(own, params);
  ctx.loops.start({ id: ctx.actor, name: "work", lane: "own", everyMs: 0, turn });
  return Promise.resolve({ started: true });
}

/** One turn of a worker: waits for a job, and works on it. */
export async function work(ctx: PatternContext, params: QueueParams): Promise<TurnResult> {
  const text = await take(ctx, params);
  if (text === null) return NOTHING;
  const job: Job = JSON.parse(text);
  const effect = await workOn(ctx, params, job, send);
  return { jobId: job.id, effect, removed: null };
}

async function take({ redis }: PatternContext, { blockMs }: QueueParams): Promise<string | null> {
  if (blockMs === 0) return redis.rpop(QUEUE);
  const popped = await redis.brpop(QUEUE, blockMs / 1000);
  return popped?.[1] ?? null;
}

/** What it has begun it ends. */
export function stopWorker({ loops, actor }: PatternContext): Promise<StopResult> {
  loops.stop(actor);
  return Promise.resolve({ stopped: true });
}
