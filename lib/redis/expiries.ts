/** The TTLs of a server's keys, for whoever moves its time. Bounded scans, never `KEYS`. */
import type { Redis } from "ioredis";

async function ttls(redis: Redis): Promise<{ key: string; ttlMs: number }[]> {
  const found: { key: string; ttlMs: number }[] = [];
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "COUNT", 100);
    cursor = next;
    const left = await Promise.all(keys.map((key) => redis.pttl(key)));
    for (const [i, key] of keys.entries()) if ((left[i] ?? -1) >= 0) found.push({ key, ttlMs: left[i] ?? 0 });
  } while (cursor !== "0");
  return found;
}

/** ms until the next key dies; null when none will. */
export async function nextExpiryMs(redis: Redis): Promise<number | null> {
  const all = await ttls(redis);
  return all.length ? Math.min(...all.map(({ ttlMs }) => ttlMs)) : null;
}

/**
 * Stands in for a clock that cannot be moved: keys whose time would have come are deleted, the others live so much shorter.
 * Redis notifies `del`, not `expired`, and its own TIME does not move.
 */
export async function shortenTtls(redis: Redis, byMs: number): Promise<void> {
  const all = await ttls(redis);
  await Promise.all(
    all.map(({ key, ttlMs }) => (ttlMs <= byMs ? redis.del(key) : redis.pexpire(key, Math.ceil(ttlMs - byMs)))),
  );
}
