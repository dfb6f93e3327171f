/** A turn of a consumer that loses nothing: first what it had itself or others have let lie, then what is new. */
import type { PatternContext } from "../../contract";
import { CLAIMS, type Entry, entriesOf, type Reader, read, STREAM, type StreamParams } from "./jobs";
import { work } from "./working";

export type ConsumingContext = PatternContext<{
  burySafe(
    stream: string,
    dead: string,
    group: string,
    consumer: string,
    maxDeliveries: number,
    keptMs: number,
    ...ids: string[]
  ): Promise<string[]>;
}>;

const DEAD = "jobs:dead";
/** Long enough for a person to look at them. */
const DEAD_KEPT_MS = 7 * 86_400_000;

export async function consume(ctx: ConsumingContext, params: StreamParams, reader: Reader, { claims = true } = {}) {
  const stale = claims ? await claimStale(ctx, params, reader) : { entries: [], claimed: 0, buried: 0 };
  const fresh = await read(ctx.redis, reader, ">");
  const attempts = await work(ctx, reader, [...stale.entries, ...fresh]);
  return { claimed: stale.claimed, read: fresh.length, buried: stale.buried, ...attempts };
}

/** After a restart: what this consumer had read and not acknowledged, before anything new. */
export async function takeUpOwn(ctx: ConsumingContext, params: StreamParams, reader: Reader) {
  const sum = { entries: 0, done: 0, failed: 0 };
  for (let own = await read(ctx.redis, reader, "0"); own.length > 0; ) {
    const { done, failed } = await work(ctx, reader, await bury(ctx, params, reader, own));
    sum.entries += own.length;
    sum.done += done;
    sum.failed += failed;
    own = await read(ctx.redis, reader, own.at(-1)?.id ?? ">");
  }
  return sum;
}

/** Takes over what has been pending for claimIdleMs, whoever had it: dead, stuck, or failed. */
export async function claimStale(ctx: ConsumingContext, params: StreamParams, reader: Reader) {
  const { group, consumer } = reader;
  const answer = await ctx.redis.xautoclaim(STREAM, group, consumer, params.claimIdleMs, "0", "COUNT", CLAIMS);
  const claimed = entriesOf(answer[1] as Parameters<typeof entriesOf>[0]);
  const entries = await bury(ctx, params, reader, claimed);
  return { entries, claimed: claimed.length, buried: claimed.length - entries.length };
}

/** Moves those to the dead letters that have been delivered too often. @returns the others */
async function bury({ redis }: ConsumingContext, { maxDeliveries }: StreamParams, reader: Reader, entries: Entry[]) {
  if (entries.length === 0) return entries;
  const ids = entries.map(({ id }) => id);
  const { group, consumer } = reader;
  const buried = await redis.burySafe(STREAM, DEAD, group, consumer, maxDeliveries, DEAD_KEPT_MS, ...ids);
  return entries.filter(({ id }) => !buried.includes(id));
}
