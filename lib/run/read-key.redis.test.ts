/** How much of a key is read when somebody looks at it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnv } from "../env";
import { RedisServer } from "../redis/redis-server";
import { readKey } from "./read-key";

let directory: string;
let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  const { REDIS_SERVER_BIN, RUN_REDIS_MAX_MB } = readEnv({ ...process.env, NODE_ENV: "test" });
  directory = mkdtempSync(join(tmpdir(), "playground-look-"));
  const settings = { binary: REDIS_SERVER_BIN, clockShim: "", directory, maxMemoryMb: RUN_REDIS_MAX_MB };
  server = await RedisServer.start(settings);
  redis = new Redis(server.connection());
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const items = async (key: string) => {
  const { value, length } = await readKey(redis, key);
  return [(value as unknown[]).length, length];
};

describe("a look at a key", () => {
  it("shows the first fifty items, and how many there are", async () => {
    for (let n = 0; n < 80; n++) await redis.xadd("small", "*", "n", n);
    await redis.rpush("list", ...Array.from({ length: 80 }, (_, n) => n));
    expect([await items("small"), await items("list")]).toEqual([
      [50, 80],
      [50, 80],
    ]);
  });

  it("shows fewer of a key that is large, and one at the least", async () => {
    const large = "x".repeat(64 * 1024);
    for (let n = 0; n < 20; n++) await redis.xadd("large", "*", "image", large);
    for (let n = 0; n < 20; n++) await redis.rpush("huge", large.repeat(8));
    const [[shown = 0, all], huge] = [await items("large"), await items("huge")];
    expect(all).toBe(20);
    expect(shown).toBeGreaterThan(1);
    expect(shown).toBeLessThan(20);
    expect(huge).toEqual([1, 20]);
  });
});
