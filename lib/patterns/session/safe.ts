/**
 * Each step is one script on Redis' own clock: a session is never there without its TTL, a use moves that TTL but never beyond
 * the absolute limit, a write touches one field and brings nothing back to life. An index per user makes it possible to log out
 * everywhere, and a change of role comes with a new id.
 */
import type { PatternContext } from "../../contract";
import type * as Session from "./session";

type Context = PatternContext<{
  createSafe(
    session: string,
    index: string,
    id: string,
    idleMs: number,
    absMs: number,
    ...more: string[]
  ): Promise<null>;
  getSafe(session: string, idleMs: number): Promise<string[]>;
  setSafe(session: string, field: string, value: string): Promise<0 | 1>;
  destroySafe(session: string, id: string): Promise<0 | 1>;
  destroyAllSafe(index: string): Promise<number>;
  rotateSafe(from: string, to: string, fromId: string, toId: string, role: string): Promise<0 | 1>;
}>;
type Params = Session.SessionParams;

export async function create(ctx: Context, params: Params, body: Session.CreateBody): Promise<Session.CreateResult> {
  const { userId, email, role, ip, userAgent } = body;
  const fields = Object.entries({ userId, email, role, ip, userAgent }).flat();
  const sessionId = ctx.uuid();
  await ctx.redis.createSafe(
    `session:${sessionId}`,
    `user:${userId}:sessions`,
    sessionId,
    params.idleMs,
    params.absoluteMs,
    ...fields,
  );
  return { sessionId };
}

export async function get(ctx: Context, params: Params, body: Session.SessionBody): Promise<Session.GetResult> {
  const flat = await ctx.redis.getSafe(`session:${body.sessionId}`, params.idleMs);
  if (flat.length === 0) return { session: null };
  const session: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) session[flat[i] ?? ""] = flat[i + 1] ?? "";
  return { session };
}

export async function set(ctx: Context, _: Params, body: Session.SetBody): Promise<Session.SetResult> {
  const { sessionId, field, value } = body;
  return { written: (await ctx.redis.setSafe(`session:${sessionId}`, field, value)) === 1 };
}

export async function destroy(ctx: Context, _: Params, body: Session.SessionBody): Promise<Session.DestroyResult> {
  const { sessionId } = body;
  return { destroyed: (await ctx.redis.destroySafe(`session:${sessionId}`, sessionId)) === 1 };
}

export async function destroyAll(ctx: Context, _: Params, body: Session.UserBody): Promise<Session.DestroyAllResult> {
  return { destroyed: await ctx.redis.destroyAllSafe(`user:${body.userId}:sessions`) };
}

export async function rotate(ctx: Context, _: Params, body: Session.RotateBody): Promise<Session.RotateResult> {
  const { sessionId: old, role = "" } = body;
  const sessionId = ctx.uuid();
  const moved = await ctx.redis.rotateSafe(`session:${old}`, `session:${sessionId}`, old, sessionId, role);
  return { sessionId: moved === 1 ? sessionId : null };
}
