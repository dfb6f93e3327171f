/**
 * One loader per key, whoever asks: a script grants a lease, the others wait for what the loader brings, and only the holder of the
 * lease may store it. Now and then somebody reloads early, so that nobody has to wait at the end of the TTL (XFetch,
 * Vattani et al. 2015). TTLs differ, so that keys do not end together. "No such row" is kept too, for a short while.
 */
import type { PatternContext } from "../../contract";
import type { CacheParams, ReadBody, ReadResult, User } from "./read";

interface Scripts {
  leaseSafe(entry: string, lease: string, token: string, ms: number, seen: string): Promise<[string, string | number]>;
  fillSafe(entry: string, lease: string, token: string, value: string, ttlMs: number): Promise<0 | 1>;
  failSafe(lease: string, token: string, pauseMs: number): Promise<0 | 1>;
}
type Context = PatternContext<Scripts>;

/** What is kept under `user:…`. */
interface Entry {
  user: User | null;
  loadMs: number;
  expiresAt: number;
}

const [POLL_MS, MAX_POLL_MS, PAUSE_MS] = [30, 200, 500];
/** TTLs are up to this much shorter, never longer: the TTL bounds how old an answer can be. */
const JITTER = 0.3;

export async function read(ctx: Context, params: CacheParams, { id }: ReadBody): Promise<ReadResult> {
  const startedAt = ctx.now();
  const answer = (source: ReadResult["source"], value: User | null) => ({ source, value, ms: ctx.now() - startedAt });
  const [key, lease, token] = [`user:${id}`, `lease:user:${id}`, ctx.uuid()];

  const seen = await ctx.redis.get(key);
  const known = seen === null ? null : (JSON.parse(seen) as Entry);
  if (known && !isEarly(ctx, known)) return answer("cache", known.user);

  // Two leases long: the first loader may die, and the second one needs its time too.
  for (let pollMs = POLL_MS; ctx.now() - startedAt <= 2 * params.leaseMs; pollMs = Math.min(2 * pollMs, MAX_POLL_MS)) {
    const [state, told] = await ctx.redis.leaseSafe(key, lease, token, params.leaseMs, seen ?? "");
    if (state === "entry") return answer("cache", (JSON.parse(String(told)) as Entry).user);
    if (state === "failed") throw new Error(`A moment ago ${key} could not be loaded.`);
    if (state === "granted") {
      const loaded = await load(ctx, params, id, token).catch(async (error: Error) => {
        await ctx.redis.failSafe(lease, token, PAUSE_MS);
        if (!known) throw error;
      });
      return loaded ? answer("database", loaded.user) : answer("cache", known?.user ?? null);
    }
    await ctx.sleep(Math.min(pollMs, Number(told) + 1));
  }
  throw new Error(`Nobody has loaded ${key} in ${2 * params.leaseMs} ms.`);
}

async function load(ctx: Context, { ttlMs, negativeMs }: CacheParams, id: number, token: string): Promise<Entry> {
  const startedAt = ctx.now();
  const [user = null] = (await ctx.db.query("SELECT * FROM users WHERE id = $1", [id])) as User[];
  const lifeMs = Math.round((user ? ttlMs : negativeMs) * (1 - JITTER * ctx.random()));
  const entry: Entry = { user, loadMs: ctx.now() - startedAt, expiresAt: ctx.now() + lifeMs };
  await ctx.redis.fillSafe(`user:${id}`, `lease:user:${id}`, token, JSON.stringify(entry), lifeMs);
  return entry;
}

/** The nearer the end, and the longer a load takes, the likelier: of many readers about one begins in time. */
function isEarly(ctx: Context, { loadMs, expiresAt }: Entry): boolean {
  return ctx.now() - loadMs * Math.log(ctx.random()) >= expiresAt;
}
