/**
 * The same sum, written only if nobody wrote since it was read: WATCH, then EXEC, which answers null when the key has changed.
 * Whoever is refused reads again. What is watched belongs to the connection, so every add in flight needs one of its own.
 */
import type { Params, PatternContext } from "../../contract";
import { type AddBody, type AddResult, KEY } from "./add";

/** In each round somebody gets through; who is refused so often waits behind more services than this is made for. */
const MAX_ATTEMPTS = 100;

export async function add(ctx: PatternContext, _params: Params, { by }: AddBody): Promise<AddResult> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    await ctx.redis.watch(KEY);
    const value = Number((await ctx.redis.get(KEY)) ?? 0) + by;
    const written = await ctx.redis.multi().set(KEY, value).exec();
    if (written !== null) return { value };
  }
  throw new Error(`Refused ${MAX_ATTEMPTS} times: others write ${KEY} all the time.`);
}
