/**
 * Delete on update, as the notes give it: change the row, then delete the shared copy; the next read fills it again.
 * How it breaks: a reader that loaded the old row before the UPDATE stores it after the DEL, and there it stays for its
 * whole time to live.
 */
import type { PatternContext } from "../../contract";
import {
  answer,
  type CacheParams,
  type ReadBody,
  type ReadResult,
  selectUser,
  type UpdateBody,
  type UpdateResult,
  updateUser,
} from "./users";

export async function read(ctx: PatternContext, { ttlMs }: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  const cached = await ctx.redis.get(`user:${id}`);
  if (cached) return answer("cache", JSON.parse(cached), ctx.now() - startedAt);

  const user = await selectUser(ctx, id);
  if (user) await ctx.redis.psetex(`user:${id}`, ttlMs, JSON.stringify(user));
  return answer("database", user, ctx.now() - startedAt);
}

export async function update(ctx: PatternContext, _params: CacheParams, body: UpdateBody): Promise<UpdateResult> {
  const updated = await updateUser(ctx, body);
  await ctx.redis.del(`user:${body.id}`);
  return updated;
}
