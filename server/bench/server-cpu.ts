import type { Redis } from "ioredis";

/** What Redis' main thread has used so far, µs. */
export async function cpuUs(redis: Redis): Promise<number> {
  const text = await redis.info("cpu");
  const seconds = [...text.matchAll(/^used_cpu_(?:sys|user)_main_thread:([\d.]+)/gm)].map(([, value]) => Number(value));
  return seconds.reduce((sum, value) => sum + value, 0) * 1e6;
}
