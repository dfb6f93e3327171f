/**
 * The usual first repair: hash and TTL go out in one MULTI, which is done as a whole or not at all, and a write touches one
 * field. Nothing is left half made and no write undoes another. But a use still renews the TTL for ever, nobody can find
 * all sessions of a user, and HSET makes the key anew when a logout has just deleted it.
 */
import type { PatternContext } from "../../contract";
import type {
  CreateBody,
  CreateResult,
  DestroyResult,
  GetResult,
  SessionBody,
  SessionParams,
  SetBody,
  SetResult,
} from "./session";

export async function create(ctx: PatternContext, { idleMs }: SessionParams, body: CreateBody): Promise<CreateResult> {
  const { userId, email, role, ip, userAgent } = body;
  const sessionId = ctx.uuid();
  const createdAt = ctx.now();
  await ctx.redis
    .multi()
    .hset(`session:${sessionId}`, { userId, email, role, ip, userAgent, createdAt })
    .pexpire(`session:${sessionId}`, idleMs)
    .exec();
  return { sessionId };
}

export async function get(
  ctx: PatternContext,
  { idleMs }: SessionParams,
  { sessionId }: SessionBody,
): Promise<GetResult> {
  const key = `session:${sessionId}`;
  const replies = await ctx.redis.multi().hgetall(key).pexpire(key, idleMs).exec();
  const session = replies?.[0]?.[1] as Record<string, string>;
  return { session: Object.keys(session).length === 0 ? null : session };
}

export async function set(
  ctx: PatternContext,
  _params: SessionParams,
  { sessionId, field, value }: SetBody,
): Promise<SetResult> {
  const isThere = (await ctx.redis.exists(`session:${sessionId}`)) === 1;
  if (isThere) await ctx.redis.hset(`session:${sessionId}`, field, value);
  return { written: isThere };
}

export async function destroy(
  ctx: PatternContext,
  _params: SessionParams,
  { sessionId }: SessionBody,
): Promise<DestroyResult> {
  return { destroyed: (await ctx.redis.del(`session:${sessionId}`)) === 1 };
}
