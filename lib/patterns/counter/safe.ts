/** INCRBY reads, adds and writes in one command. Redis runs one command at a time, so that nothing comes between. */
import type { Params, PatternContext } from "../../contract";
import { type AddBody, type AddResult, KEY } from "./add";

export async function add(ctx: PatternContext, _params: Params, { by }: AddBody): Promise<AddResult> {
  return { value: await ctx.redis.incrby(KEY, by) };
}
