/**
 * Pub/Sub, as the notes give it: subscribers listen on a connection of their own, and PUBLISH hands the message to whoever
 * listens at that moment. How it breaks: by its nature. Redis keeps nothing, so whoever was away has missed it and is not
 * told; and a subscriber who reads too slowly is cut off, with all that still waited for it.
 */
import type { Channels, PatternContext } from "../../contract";
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
  type Subscription,
  subscriptionsOf,
  type UnsubscribeBody,
} from "./subscriptions";

export async function publish(
  ctx: PatternContext,
  _params: PubSubParams,
  { channel, message }: PublishBody,
): Promise<PublishResult> {
  // The number of those who were listening: not of those who have read it, and not of those who should have.
  return { receivers: await ctx.redis.publish(channel, message) };
}

export async function subscribe(
  ctx: PatternContext,
  _params: PubSubParams,
  { channel }: ChannelBody,
): Promise<ListenResult> {
  add(ctx, { kind: "channel", name: channel, since: null });
  return listen(ctx);
}

export async function psubscribe(
  ctx: PatternContext,
  _params: PubSubParams,
  { pattern }: PatternBody,
): Promise<ListenResult> {
  add(ctx, { kind: "pattern", name: pattern, since: null });
  return listen(ctx);
}

export async function unsubscribe(
  ctx: PatternContext,
  _params: PubSubParams,
  body: UnsubscribeBody,
): Promise<ListenResult> {
  await ctx.unlisten(named(remove(ctx, body)));
  return answer(ctx, ctx.listening);
}

export async function disconnect(ctx: PatternContext): Promise<ListenResult> {
  await ctx.hangUp();
  return answer(ctx, ctx.listening);
}

/** Subscribes again to all it had. What was published meanwhile is nowhere. */
export const reconnect = (ctx: PatternContext): Promise<ListenResult> => listen(ctx);

async function listen(ctx: PatternContext): Promise<ListenResult> {
  const wanted = subscriptionsOf(ctx);
  // What the app does with a message (tell a browser, send an email) has no part in this: that it came, the trace shows.
  if (wanted.length > 0) await ctx.listen(named(wanted), { message: () => undefined });
  return answer(ctx, ctx.listening);
}

const named = (subscriptions: Subscription[]): Channels => ({
  channels: subscriptions.filter(({ kind }) => kind === "channel").map(({ name }) => name),
  patterns: subscriptions.filter(({ kind }) => kind === "pattern").map(({ name }) => name),
});
