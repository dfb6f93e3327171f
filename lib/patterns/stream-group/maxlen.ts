/**
 * The safe group on a stream that its producers keep short: each XADD cuts it to maxLen entries. How it breaks: the cut asks nobody.
 * What a slow group has not read yet is gone, and so is what a consumer had pending when it died; no command fails.
 */
import { type ConsumingContext, consume } from "./consuming";
import { type AddBody, STREAM, type StartBody, type StartResult, type StreamParams } from "./jobs";
import { startWith } from "./safe";

export async function add({ redis }: ConsumingContext, { maxLen }: StreamParams, { type, payload }: AddBody) {
  return { id: await redis.xadd(STREAM, "MAXLEN", maxLen, "*", "type", type, "payload", payload) };
}

export const startConsumer = (ctx: ConsumingContext, params: StreamParams, body: StartBody): Promise<StartResult> =>
  startWith(ctx, params, body, (own, reader) => consume(own, params, reader));

export { claim, replay, stopConsumer } from "./safe";
