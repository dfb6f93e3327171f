/** A job of the queue, and the work on it: the same in every variant, but for how an effect is made sure to happen once. */
import type { PatternContext } from "../../contract";

export type QueueParams = {
  /** How long a job is worked on, on average. */
  workMs: number;
  /** How long a worker waits in Redis for a job; 0: it only looks. */
  blockMs: number;
  heartbeatMs: number;
  maxAttempts: number;
  /** Before the second attempt; doubles with each further one. */
  backoffMs: number;
  databaseMs: number;
};
/** `attempts`: those that have failed. */
export type Job = { id: string; payload: string; createdAt: number; attempts: number };
export type EnqueueBody = { payload: string };
export type EnqueueResult = { jobId: string; depth: number };
export type StartResult = { started: boolean };
export type StopResult = { stopped: boolean };
/** Of one turn: null where no job came. `effect` false: it was there already. `removed` null: there is nothing to remove. */
export type TurnResult = { jobId: string | null; effect: boolean | null; removed: boolean | null };
export const NOTHING: TurnResult = { jobId: null, effect: null, removed: null };

/** What a job is for: answers whether something came of it that was not there before. */
export type Effect = (ctx: WorkContext, job: Job) => Promise<boolean>;
export type WorkContext = Pick<PatternContext, "db" | "actor" | "sleep" | "random">;

export const QUEUE = "queue:email";
const POISON = /poison/i;

export async function enqueue(
  ctx: PatternContext,
  _params: QueueParams,
  { payload }: EnqueueBody,
): Promise<EnqueueResult> {
  const job: Job = { id: ctx.uuid(), payload, createdAt: ctx.now(), attempts: 0 };
  const depth = await ctx.redis.lpush(QUEUE, JSON.stringify(job));
  return { jobId: job.id, depth };
}

/** Takes its time, half to one and a half of the average; then the effect. A poisoned job fails whoever works on it. */
export async function workOn(ctx: WorkContext, { workMs }: QueueParams, job: Job, effect: Effect): Promise<boolean> {
  if (workMs > 0) await ctx.sleep(workMs * (0.5 + ctx.random()));
  if (POISON.test(job.payload)) throw new Error(`No email can be made of “${job.payload}”.`);
  return effect(ctx, job);
}
