/**
 * The repair. An update deletes the shared copy and every lease to fill it in one script, so a row that was loaded before is
 * refused when it comes to be stored. A service's own copy is as old as the moment *before* its load was sent, is used for
 * staleBoundMs at most, and only while the service listens: a lost message costs no more than that.
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

interface Scripts {
  readSafe(
    key: string,
    lease: string,
    token: string,
    leaseMs: number,
  ): Promise<[value: string | null, lease: string | null]>;
  fillSafe(key: string, lease: string, token: string, value: string, ttlMs: number): Promise<0 | 1>;
  invalidateSafe(key: string, lease: string, channel: string): Promise<number>;
}
type Context = PatternContext<Scripts>;

const CHANNEL = "cache:invalidate";
/** Longer than any load takes; whoever takes longer fills nothing. */
const LEASE_MS = 10_000;
interface Copy {
  user: User;
  untilMs: number;
}

export async function listen(ctx: PatternContext): Promise<void> {
  if (ctx.listening || isCutOff(ctx)) return;
  await ctx.listen([CHANNEL], { message: (key) => drop(ctx, key), lost: () => drop(ctx, null) });
}

export async function read(ctx: Context, params: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  await listen(ctx);
  const askedAt = ctx.now();
  const copy = ctx.memory.get(`user:${id}`) as Copy | undefined;
  if (copy && askedAt < copy.untilMs) return answer("local", copy.user, askedAt - startedAt);

  const { source, user } = await load(ctx, params, id);
  const untilMs = askedAt + params.staleBoundMs;
  if (user && ctx.listening) ctx.memory.set(`user:${id}`, { user, untilMs } satisfies Copy);
  return answer(source, user, ctx.now() - startedAt);
}

async function load(ctx: Context, { ttlMs }: CacheParams, id: number) {
  const [key, lease] = [`user:${id}`, `user:${id}:lease`];
  const [cached, token] = await ctx.redis.readSafe(key, lease, ctx.uuid(), LEASE_MS);
  if (cached) return { source: "cache" as const, user: JSON.parse(cached) as User };

  const user = await selectUser(ctx, id);
  if (user && token) await ctx.redis.fillSafe(key, lease, token, JSON.stringify(user), ttlMs);
  return { source: "database" as const, user };
}

export async function update(ctx: Context, _params: CacheParams, body: UpdateBody): Promise<UpdateResult> {
  const updated = await updateUser(ctx, body);
  await ctx.redis.invalidateSafe(`user:${body.id}`, `user:${body.id}:lease`, CHANNEL);
  drop(ctx, `user:${body.id}`);
  return updated;
}
