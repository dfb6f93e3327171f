/**
 * One stream for all channels instead of PUBLISH: a message stays for the retention, and each subscriber reads on from the
 * last id it has seen, wherever it was meanwhile. How it can still lose: whoever is away for longer than the retention has
 * missed what ran out, and a process that dies takes its place in the stream with it. The publisher learns nothing of
 * receivers, and every subscriber reads every message.
 */
import type { PatternContext } from "../../contract";
import { beginHere, readOn, STREAM } from "./reading";
import {
  add,
  answer,
  type ChannelBody,
  type ListenResult,
  type PatternBody,
  type PublishBody,
  type PublishResult,
  type PubSubParams,
  remove,
  subscriptionsOf,
  type UnsubscribeBody,
} from "./subscriptions";

type Context = PatternContext<{
  publishSafe(stream: string, channel: string, message: string, retentionMs: number): Promise<string>;
}>;

export async function publish(
  ctx: Context,
  { retentionMs }: PubSubParams,
  { channel, message }: PublishBody,
): Promise<PublishResult> {
  await ctx.redis.publishSafe(STREAM, channel, message, retentionMs);
  return { receivers: null };
}

export async function subscribe(ctx: Context, params: PubSubParams, { channel }: ChannelBody): Promise<ListenResult> {
  add(ctx, { kind: "channel", name: channel, since: await beginHere(ctx) });
  return listen(ctx, params);
}

export async function psubscribe(ctx: Context, params: PubSubParams, { pattern }: PatternBody): Promise<ListenResult> {
  add(ctx, { kind: "pattern", name: pattern, since: await beginHere(ctx) });
  return listen(ctx, params);
}

export async function unsubscribe(ctx: Context, _params: PubSubParams, body: UnsubscribeBody): Promise<ListenResult> {
  remove(ctx, body);
  return subscriptionsOf(ctx).length > 0 ? answer(ctx, true) : disconnect(ctx);
}

export async function disconnect(ctx: Context): Promise<ListenResult> {
  ctx.loops.stop(loopOf(ctx));
  await ctx.hangUp();
  return answer(ctx, false);
}

/** Reads what was published meanwhile, at once, then as before. */
export async function reconnect(ctx: Context, params: PubSubParams): Promise<ListenResult> {
  const resumed = await readOn(ctx);
  return { ...listen(ctx, params), resumed };
}

/** It reads on by itself, on a connection of its own, until it is disconnected. */
function listen(ctx: Context, { pollMs }: PubSubParams): ListenResult {
  if (subscriptionsOf(ctx).length === 0) return answer(ctx, false);
  ctx.loops.start({ id: loopOf(ctx), name: "reading", lane: "second", everyMs: pollMs, turn: readOn });
  return answer(ctx, true);
}

const loopOf = ({ actor }: Context): string => `reading of ${actor}`;
