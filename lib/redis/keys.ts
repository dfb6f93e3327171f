/** The names of the keys that a server holds: by bounded scans, never `KEYS`. */
import type { Redis } from "ioredis";

/** @param enough stop looking when there are so many; a few more may come */
export async function keysOf(redis: Redis, enough = Number.POSITIVE_INFINITY): Promise<string[]> {
  // A scan may name a key twice.
  const keys = new Set<string>();
  let cursor = "0";
  do {
    const [next, found] = await redis.scan(cursor, "COUNT", 100);
    cursor = next;
    for (const key of found) keys.add(key);
  } while (cursor !== "0" && keys.size < enough);
  return [...keys];
}
