/**
 * Reads the counter, adds in the app server, writes the sum back. Each step is right; but what another service writes
 * between the read and the write is overwritten, and nobody is told: a lost update.
 */
import type { Params, PatternContext } from "../../contract";
import { type AddBody, type AddResult, KEY } from "./add";

export async function add(ctx: PatternContext, _params: Params, { by }: AddBody): Promise<AddResult> {
  const value = Number((await ctx.redis.get(KEY)) ?? 0) + by;
  await ctx.redis.set(KEY, value);
  return { value };
}
