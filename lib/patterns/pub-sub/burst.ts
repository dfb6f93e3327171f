/** Many large messages, one after another: more than waits anywhere for a subscriber who does not read. */
import type { PatternContext } from "../../contract";
import type { PublishBody, PublishResult, PubSubParams } from "./subscriptions";

export type BurstBody = { channel: string; messages: number; kilobytes: number };
export type BurstResult = { messages: number };
type Publish<Context> = (ctx: Context, params: PubSubParams, body: PublishBody) => Promise<PublishResult>;

export const burstWith =
  <Context extends PatternContext<never>>(publish: Publish<Context>) =>
  async (ctx: Context, params: PubSubParams, { channel, messages, kilobytes }: BurstBody): Promise<BurstResult> => {
    for (let n = 1; n <= messages; n++)
      await publish(ctx, params, { channel, message: `image ${n} `.padEnd(kilobytes * 1024, ".") });
    return { messages };
  };
