/** How a subscriber of the safe variant reads on in the stream: from the last id it has seen, picking what it wants. */
import type { PatternContext } from "../../contract";
import { matches } from "./glob";
import { type Heard, type ReadResult, subscriptionsOf } from "./subscriptions";

export const STREAM = "messages";
/** Entries of one XREAD, so that no reply is large; and of one turn. */
const BATCH = 20;
const TURN = 100;

type Entry = [id: string, fields: string[]];
const placeOf = ({ memory }: PatternContext): string => (memory.get("lastId") as string | undefined) ?? "0-0";

/**
 * Where a subscription that is made now begins: fixed once. A `$` in each XREAD instead would mean "from now on" every
 * time, and skip what came between two of them.
 */
export async function beginHere(ctx: PatternContext): Promise<string> {
  const [newest] = await ctx.redis.xrevrange(STREAM, "+", "-", "COUNT", 1);
  const id = newest?.[0] ?? "0-0";
  // Of a second subscription: the place of the first one stays, it may lie before this.
  if (!ctx.memory.has("lastId")) ctx.memory.set("lastId", id);
  return id;
}

/** One turn. */
export async function readOn(ctx: PatternContext): Promise<ReadResult> {
  const heard: Heard[] = [];
  for (let read = 0; read < TURN; read += BATCH) {
    const from = placeOf(ctx);
    const [stream] = (await ctx.redis.xread("COUNT", BATCH, "STREAMS", STREAM, from)) ?? [];
    // Another turn of this process was faster: what it has heard must not be heard twice.
    if (placeOf(ctx) !== from) continue;
    const entries: Entry[] = stream?.[1] ?? [];
    for (const [id, [, channel = "", , message = ""]] of entries)
      if (wants(ctx, channel, id)) heard.push({ channel, message });
    ctx.memory.set("lastId", entries.at(-1)?.[0] ?? from);
    if (entries.length < BATCH) return { heard, lastId: placeOf(ctx), caughtUp: true };
  }
  return { heard, lastId: placeOf(ctx), caughtUp: false };
}

/** Once, however many of its subscriptions fit. */
const wants = (ctx: PatternContext, channel: string, id: string): boolean =>
  subscriptionsOf(ctx).some(
    ({ kind, name, since }) =>
      (kind === "channel" ? name === channel : matches(name, channel)) && isAfter(id, since ?? "0-0"),
  );

/** Is this id behind the other one? Ids are two numbers: milliseconds, and a count within the millisecond. */
export function isAfter(id: string, other: string): boolean {
  const [ms = 0, n = 0] = id.split("-").map(Number);
  const [otherMs = 0, otherN = 0] = other.split("-").map(Number);
  return ms === otherMs ? n > otherN : ms > otherMs;
}
