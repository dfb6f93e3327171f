/**
 * A worker that keeps its job in Redis while it works on it: BLMOVE puts it into the worker's own list, LREM removes it when
 * the work is done. In between the worker may die at any moment, and somebody else takes the job from there.
 */
import type { Effect, Job, QueueParams, StartResult, StopResult, TurnResult } from "./job";
import { NOTHING, QUEUE, workOn } from "./job";
import { beat, giveBack, heartbeat, leave, processingOf, type Queue } from "./reaper";

const STOPPING = "stopping";
const KNOWN_UNTIL = "known until";
const heartbeatLoop = (worker: string): string => `heartbeat of ${worker}`;

export const workerWith = (effect: Effect) => {
  const work = (ctx: Queue, params: QueueParams) =>
    workOnce(ctx, params, effect).catch((error: unknown) => {
      ctx.memory.delete(KNOWN_UNTIL);
      throw error;
    });
  return {
    work,
    startWorker(ctx: Queue, params: QueueParams): Promise<StartResult> {
      const { actor, loops, memory } = ctx;
      memory.delete(STOPPING);
      loops.start({ id: actor, name: "work", lane: "own", everyMs: 0, turn: (own: Queue) => work(own, params) });
      const turn = (second: Queue) => heartbeat(second, params, actor);
      const everyMs = params.heartbeatMs / 3;
      loops.start({ id: heartbeatLoop(actor), name: "heartbeat", lane: "second", everyMs, turn });
      return Promise.resolve({ started: true });
    },
    /** It ends what it has begun, and says goodbye then. */
    stopWorker({ memory }: Queue): Promise<StopResult> {
      memory.set(STOPPING, true);
      return Promise.resolve({ stopped: true });
    },
  };
};

async function workOnce(ctx: Queue, params: QueueParams, effect: Effect): Promise<TurnResult> {
  const { actor } = ctx;
  if (ctx.memory.get(STOPPING)) return stop(ctx);
  await beKnown(ctx, params);
  const text = await take(ctx, params);
  if (text === null) return NOTHING;
  const job: Job = JSON.parse(text);
  const isNew = await workOn(ctx, params, job, effect).catch(async (error: unknown) => {
    await giveBack(ctx, params, actor, { job: text });
    throw error;
  });
  // 0: it took too long without a sign of life, and somebody else has the job by now.
  const removed = await ctx.redis.lrem(processingOf(actor), 1, text);
  return { jobId: job.id, effect: isNew, removed: removed === 1 };
}

/** Before it takes anything: whoever is not on the list of workers is looked after by nobody. */
async function beKnown(ctx: Queue, params: QueueParams): Promise<void> {
  if (Number(ctx.memory.get(KNOWN_UNTIL) ?? 0) > ctx.now()) return;
  const left = await beat(ctx, params, ctx.actor);
  // From a turn that Redis did not let it end.
  if (left > 0) await giveBack(ctx, params, ctx.actor, "all");
  ctx.memory.set(KNOWN_UNTIL, ctx.now() + params.heartbeatMs / 3);
}

function take({ redis, actor }: Queue, { blockMs }: QueueParams): Promise<string | null> {
  const own = processingOf(actor);
  if (blockMs === 0) return redis.lmove(QUEUE, own, "RIGHT", "LEFT");
  return redis.blmove(QUEUE, own, "RIGHT", "LEFT", blockMs / 1000);
}

async function stop(ctx: Queue): Promise<TurnResult> {
  ctx.loops.stop(ctx.actor);
  ctx.loops.stop(heartbeatLoop(ctx.actor));
  ctx.memory.delete(KNOWN_UNTIL);
  await leave(ctx, ctx.actor);
  return NOTHING;
}
