/**
 * The repaired group: created from `0`, tolerant of a group that is there; a consumer takes up first what it had itself, and then, turn by
 * turn, what others have let lie (consuming.ts); what has failed too often goes to the dead letters; the stream is cut below what every
 * group still needs. How it can still hurt: a group that nobody reads holds the whole stream, and a job that takes longer than
 * claimIdleMs is given to a second consumer while the first one still works on it: its key in the database makes that harmless.
 */
import type { PatternContext } from "../../contract";
import { type ConsumingContext, claimStale, consume, takeUpOwn } from "./consuming";
import {
  type AddBody,
  loopOf,
  type Reader,
  STREAM,
  type StartBody,
  type StartResult,
  type StreamParams,
  type TurnResult,
} from "./jobs";
import { work } from "./working";

type Context = ConsumingContext & PatternContext<{ trimSafe(stream: string, retentionMs: number): Promise<number> }>;

export async function add({ redis }: Context, _params: StreamParams, { type, payload }: AddBody) {
  return { id: await redis.xadd(STREAM, "*", "type", type, "payload", payload) };
}

export const startConsumer = (ctx: Context, params: StreamParams, body: StartBody): Promise<StartResult> =>
  startWith(ctx, params, body, async (own, reader) => {
    const result = await consume(own, params, reader);
    await own.redis.trimSafe(STREAM, params.retentionMs);
    return result;
  });

/** @param turn what it does every pollMs, from now on */
export async function startWith<C extends ConsumingContext>(
  ctx: C,
  params: StreamParams,
  body: StartBody,
  turn: (own: C, reader: Reader) => Promise<TurnResult>,
): Promise<StartResult> {
  if (body.createGroup) await createGroup(ctx, body);
  const own = await takeUpOwn(ctx, params, body);
  const { read, done, failed } = await consume(ctx, params, body, { claims: false });
  ctx.loops.start({
    id: loopOf(body),
    name: "consuming",
    lane: "own",
    everyMs: params.pollMs,
    turn: (later) =>
      turn(later as C, body).catch(async (error: Error) => {
        // Redis has come back without it.
        if (!error.message.startsWith("NOGROUP")) throw error;
        await createGroup(later as C, body);
        return { claimed: 0, read: 0, done: 0, failed: 0, buried: 0 };
      }),
  });
  return { started: true, own: own.entries, read, done: own.done + done, failed: own.failed + failed };
}

/** From the first entry that there is. Every consumer may ask for it: whoever comes second finds it there. */
async function createGroup({ redis }: ConsumingContext, { group }: Reader): Promise<void> {
  await redis.xgroup("CREATE", STREAM, group, "0", "MKSTREAM").catch((error: Error) => {
    if (!error.message.startsWith("BUSYGROUP")) throw error;
  });
}

/** One turn of taking over, now. */
export async function claim(ctx: ConsumingContext, params: StreamParams, reader: Reader): Promise<TurnResult> {
  const { entries, claimed, buried } = await claimStale(ctx, params, reader);
  return { claimed, read: 0, buried, ...(await work(ctx, reader, entries)) };
}

export { replay, stopConsumer } from "./as-written";
