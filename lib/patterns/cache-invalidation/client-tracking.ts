/**
 * Redis keeps the books: CLIENT TRACKING remembers what this connection has read and tells the second one when it changes.
 * So a copy may be kept for its whole time to live. The shared copy is filled under a lease, as in the safe variant.
 * Whoever loses the second connection is told nothing any more, and drops everything; so does an empty message (FLUSHALL).
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
  readSafe(key: string, lease: string, token: string, leaseMs: number): Promise<[string | null, string | null]>;
  fillSafe(key: string, lease: string, token: string, value: string, ttlMs: number): Promise<0 | 1>;
}
type Context = PatternContext<Scripts>;

const LEASE_MS = 10_000;
const TRACKED = "tracked";
/** `user` null: it is being read. A message that overtakes the answer takes this entry away, and the answer is not kept. */
type Copy = { user: User | null; untilMs: number };

export async function listen(ctx: PatternContext): Promise<void> {
  const { memory } = ctx;
  if (memory.has(TRACKED) || isCutOff(ctx)) return;
  const lost = () => {
    memory.delete(TRACKED);
    drop(ctx, null);
  };
  const clientId = await ctx.listen(["__redis__:invalidate"], { message: (key) => drop(ctx, key), lost });
  // NOLOOP: of what this connection changes itself it need not be told.
  await ctx.redis.client("TRACKING", "ON", "REDIRECT", clientId, "NOLOOP");
  if (ctx.listening) memory.set(TRACKED, true);
}

export async function read(ctx: Context, { ttlMs }: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  const done = (source: ReadResult["source"], user?: User) => answer(source, user, ctx.now() - startedAt);
  await listen(ctx);
  const [key, lease] = [`user:${id}`, `user:${id}:lease`];
  const copy = ctx.memory.get(key) as Copy | undefined;
  if (copy?.user && ctx.now() < copy.untilMs) return done("local", copy.user);

  const cached = await getAndKeep(ctx, key, ttlMs);
  if (cached) return done("cache", cached);
  const [found, token] = await ctx.redis.readSafe(key, lease, ctx.uuid(), LEASE_MS);
  if (found) return done("cache", JSON.parse(found));
  const user = await selectUser(ctx, id);
  const filled = user && token && (await ctx.redis.fillSafe(key, lease, token, JSON.stringify(user), ttlMs));
  // A SET ends the tracking of its key, ours too: only what is read after it will be told about.
  if (filled) await getAndKeep(ctx, key, ttlMs);
  return done("database", user);
}

/** From this GET on Redis tracks the key for this service, once: the next change of it is told, and must be read again. */
async function getAndKeep({ memory, redis, now }: Context, key: string, ttlMs: number): Promise<User | undefined> {
  const reading: Copy = { user: null, untilMs: 0 };
  if (memory.has(TRACKED)) memory.set(key, reading);
  const value = await redis.get(key);
  if (memory.get(key) === reading) {
    if (value) memory.set(key, { user: JSON.parse(value), untilMs: now() + ttlMs } satisfies Copy);
    else memory.delete(key);
  }
  return value ? JSON.parse(value) : undefined;
}

export async function update(ctx: Context, _params: CacheParams, body: UpdateBody): Promise<UpdateResult> {
  const updated = await updateUser(ctx, body);
  await ctx.redis.del(`user:${body.id}`, `user:${body.id}:lease`);
  drop(ctx, `user:${body.id}`);
  return updated;
}
