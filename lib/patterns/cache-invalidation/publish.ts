/**
 * Publish on update, as the notes give it: each service keeps copies of its own, and drops one when a message says so.
 * How it breaks: nobody deletes the shared copy, from which a service that dropped its own takes the old row again; a
 * service that did not hear the message keeps its own copy for its whole time to live; and an old row can be stored late.
 */
import type { PatternContext } from "../../contract";
import { drop, isCutOff } from "./connection";
import {
  answer,
  type CacheParams,
  type ReadBody,
  type ReadResult,
  selectUser,
  type UpdateBody,
  type UpdateResult,
  type User,
  updateUser,
} from "./users";

const CHANNEL = "cache:invalidate";
interface Copy {
  user: User;
  untilMs: number;
}

export async function listen(ctx: PatternContext): Promise<void> {
  if (ctx.listening || isCutOff(ctx)) return;
  await ctx.listen([CHANNEL], { message: (key) => drop(ctx, key) });
}

export async function read(ctx: PatternContext, { ttlMs }: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  await listen(ctx);
  const copy = ctx.memory.get(`user:${id}`) as Copy | undefined;
  if (copy && ctx.now() < copy.untilMs) return answer("local", copy.user, ctx.now() - startedAt);

  const cached = await ctx.redis.get(`user:${id}`);
  const user: User | undefined = cached ? JSON.parse(cached) : await selectUser(ctx, id);
  if (user && !cached) await ctx.redis.psetex(`user:${id}`, ttlMs, JSON.stringify(user));
  if (user) ctx.memory.set(`user:${id}`, { user, untilMs: ctx.now() + ttlMs } satisfies Copy);
  return answer(cached ? "cache" : "database", user, ctx.now() - startedAt);
}

export async function update(ctx: PatternContext, _params: CacheParams, body: UpdateBody): Promise<UpdateResult> {
  const updated = await updateUser(ctx, body);
  await ctx.redis.publish(CHANNEL, `user:${body.id}`);
  return updated;
}
