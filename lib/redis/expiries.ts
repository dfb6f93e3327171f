/** The TTLs of a server's keys, for whoever moves its time. */
import type { Redis } from "ioredis";
import { keysOf } from "./keys";

async function ttls(redis: Redis): Promise<{ key: string; ttlMs: number }[]> {
  const keys = await keysOf(redis);
  const all = await Promise.all(keys.map(async (key) => ({ key, ttlMs: await redis.pttl(key) })));
  return all.filter(({ ttlMs }) => ttlMs >= 0);
}

/** ms until the next key of any of these servers dies; null when none will. */
export async function nextExpiryMs(...servers: readonly Redis[]): Promise<number | null> {
  const all = (await Promise.all(servers.map(ttls))).flat();
  return all.length ? Math.min(...all.map(({ ttlMs }) => ttlMs)) : null;
}

/**
 * Stands in for a clock that cannot be moved: keys whose time would have come are deleted, the others live so much shorter.
 * Redis notifies `del`, not `expired`, and its own TIME does not move.
 */
export async function shortenTtls(byMs: number, ...servers: readonly Redis[]): Promise<void> {
  await Promise.all(servers.map((redis) => shortenTtlsOf(redis, byMs)));
}

async function shortenTtlsOf(redis: Redis, byMs: number): Promise<void> {
  const all = await ttls(redis);
  await Promise.all(
    all.map(({ key, ttlMs }) => (ttlMs <= byMs ? redis.del(key) : redis.pexpire(key, Math.ceil(ttlMs - byMs)))),
  );
}
