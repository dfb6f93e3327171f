/**
 * A consumer group, as the notes give it: created from `$`, read with `>`, acknowledged when the job has succeeded; a job that
 * throws stays pending. How it breaks: `$` skips what came before, the second start ends in BUSYGROUP, nobody ever reads what a dead
 * consumer has pending (itself not, after a restart), a job that always throws stays for ever, and so does the stream.
 */
import type { PatternContext } from "../../contract";
import {
  type AddBody,
  loopOf,
  mustBeDoable,
  type Reader,
  type ReplayBody,
  read,
  STREAM,
  type StartBody,
  type StartResult,
  type StreamParams,
  type TurnResult,
} from "./jobs";

const EFFECT = "INSERT INTO effects (worker_group, entry_id, consumer) VALUES ($1, $2, $3)";

export async function add({ redis }: PatternContext, _params: StreamParams, { type, payload }: AddBody) {
  return { id: await redis.xadd(STREAM, "*", "type", type, "payload", payload) };
}

export async function startConsumer(ctx: PatternContext, params: StreamParams, body: StartBody): Promise<StartResult> {
  // "Run once", say the notes: `$` is the newest entry now, and a group that is there already is an error.
  if (body.createGroup) await ctx.redis.xgroup("CREATE", STREAM, body.group, "$", "MKSTREAM");
  const { read, done, failed } = await turn(ctx, body);
  ctx.loops.start({
    id: loopOf(body),
    name: "consuming",
    lane: "own",
    everyMs: params.pollMs,
    turn: (own) => turn(own, body),
  });
  return { started: true, own: null, read, done, failed };
}

async function turn({ redis, db }: PatternContext, reader: Reader): Promise<TurnResult> {
  const { group, consumer } = reader;
  const entries = await read(redis, reader, ">");
  let done = 0;
  for (const entry of entries)
    try {
      mustBeDoable(entry);
      await db.query(EFFECT, [group, entry.id, consumer]);
      await redis.xack(STREAM, group, entry.id);
      done += 1;
    } catch {
      // Counted, and left pending: "failed to process - message stays in pending list".
    }
  return { claimed: null, read: entries.length, done, failed: entries.length - done, buried: null };
}

/** The turn that is under way goes to its end. */
export async function stopConsumer(ctx: PatternContext, _params: StreamParams, reader: Reader) {
  ctx.loops.stop(loopOf(reader));
  return { stopped: true };
}

/** The group's cursor goes back to this id: what comes after it is given out once more. */
export async function replay({ redis }: PatternContext, _params: StreamParams, { group, from }: ReplayBody) {
  await redis.xgroup("SETID", STREAM, group, from);
  return { group, from };
}
