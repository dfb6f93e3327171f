/**
 * A hash per session and a TTL that each use renews, the notes' way. Between HSET and EXPIRE the app server may die, and the
 * session stays for ever; whoever goes on using one is never asked to log in again; and what is written is the whole hash
 * as it was read, so that of two requests at once the later one takes back what the earlier one wrote.
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
  await ctx.redis.hset(`session:${sessionId}`, { userId, email, role, ip, userAgent, createdAt });
  await ctx.redis.expire(`session:${sessionId}`, idleMs / 1000);
  return { sessionId };
}

export async function get(
  ctx: PatternContext,
  { idleMs }: SessionParams,
  { sessionId }: SessionBody,
): Promise<GetResult> {
  const session = await ctx.redis.hgetall(`session:${sessionId}`);
  if (Object.keys(session).length === 0) return { session: null };
  await ctx.redis.expire(`session:${sessionId}`, idleMs / 1000);
  return { session };
}

export async function set(
  ctx: PatternContext,
  _params: SessionParams,
  { sessionId, field, value }: SetBody,
): Promise<SetResult> {
  const session = await ctx.redis.hgetall(`session:${sessionId}`);
  if (Object.keys(session).length === 0) return { written: false };
  await ctx.redis.hset(`session:${sessionId}`, { ...session, [field]: value });
  return { written: true };
}

export async function destroy(
  ctx: PatternContext,
  _params: SessionParams,
  { sessionId }: SessionBody,
): Promise<DestroyResult> {
  return { destroyed: (await ctx.redis.del(`session:${sessionId}`)) === 1 };
}
