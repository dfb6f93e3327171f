/** Decisions per second: our safe limiters against rate-limiter-flexible, one connection, one Redis. A family adds a row each. */
import { join } from "node:path";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { readEnv } from "../../lib/env";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { loadScripts } from "../../lib/run/scripts";
import { type Contender, compare, printRates } from "./rounds";

/** More than a bench can take, so that both sides go on admitting. */
const PLENTY = 1000;

/** A pattern's safe variant on a bare client: no gate, no run. */
function safeTake(id: string, redis: Redis): Contender {
  const pattern = patterns.find((candidate) => candidate.id === id);
  const take = pattern?.variants.find((variant) => variant.id === "safe")?.actions.take;
  if (!pattern || !take) throw new Error(`${id} has no safe take`);
  for (const { command, numberOfKeys, text } of loadScripts(join("lib", "patterns", id)))
    redis.defineCommand(command, { numberOfKeys, lua: text });
  const context = { redis, now: Date.now, random: Math.random, actor: "bench" };
  const params = Object.fromEntries(pattern.params.map((spec) => [spec.id, Math.min(spec.max, PLENTY)]));
  return { name: `${id}, safe`, once: () => take(context as never, params, { client: "bench", cost: 1 } as never) };
}

export async function benchLimiters(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  });
  const redis = new Redis(server.connection());
  const peer = new RateLimiterRedis({ storeClient: redis, points: 1e9, duration: 1 });
  const ids = patterns.filter(({ family }) => family === "rate-limiting").map(({ id }) => id);
  const contenders = [
    { name: "rate-limiter-flexible (fixed window)", once: () => peer.consume("bench") },
    ...ids.map((id) => safeTake(id, redis)),
  ];
  for (const concurrency of [1, 16, 64])
    printRates(`Rate limiters, one Redis, concurrency ${concurrency}`, await compare(contenders, concurrency));
  redis.disconnect();
  await server.stop();
}
