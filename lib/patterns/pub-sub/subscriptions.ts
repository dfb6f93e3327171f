/** What a subscriber wants to hear: it lives in its process, and goes with it. Both variants answer their actions with it. */
import type { PatternContext } from "../../contract";

export type PubSubParams = { retentionMs: number; pollMs: number };
export type Subscription = {
  kind: "channel" | "pattern";
  name: string;
  /** Hears what was published after this entry of the stream; null where nothing is kept. */
  since: string | null;
};
export type Heard = { channel: string; message: string };

export type ChannelBody = { subscriber: string; channel: string };
export type PatternBody = { subscriber: string; pattern: string };
export type UnsubscribeBody = { subscriber: string; channel?: string; pattern?: string };
export type PublishBody = { channel: string; message: string };
export type PublishResult = { receivers: number | null };
/** What a turn of reading brought; `caughtUp`: there was no more. */
export type ReadResult = { heard: Heard[]; lastId: string; caughtUp: boolean };
/** `resumed`: what was published meanwhile; null where nobody keeps it. */
export type ListenResult = { listening: boolean; subscriptions: string[]; resumed: ReadResult | null };

export const subscriptionsOf = ({ memory }: PatternContext): Subscription[] =>
  (memory.get("subscriptions") as Subscription[] | undefined) ?? [];

/** A second time changes nothing. */
export function add(ctx: PatternContext, wanted: Subscription): void {
  const known = subscriptionsOf(ctx);
  if (known.some(({ kind, name }) => kind === wanted.kind && name === wanted.name)) return;
  ctx.memory.set("subscriptions", [...known, wanted]);
}

/** @returns what is given up: this channel, this pattern, or everything where neither is named */
export function remove(ctx: PatternContext, { channel, pattern }: UnsubscribeBody): Subscription[] {
  const isMeant = ({ kind, name }: Subscription) =>
    channel === undefined && pattern === undefined ? true : name === (kind === "channel" ? channel : pattern);
  const known = subscriptionsOf(ctx);
  ctx.memory.set(
    "subscriptions",
    known.filter((one) => !isMeant(one)),
  );
  return known.filter(isMeant);
}

export const answer = (ctx: PatternContext, listening: boolean, resumed: ReadResult | null = null): ListenResult => ({
  listening,
  subscriptions: subscriptionsOf(ctx).map(({ name }) => name),
  resumed,
});
