/**
 * Decisions per second: the safe variant of every limiter against rate-limiter-flexible, on one Redis, in one run.
 *
 * The peer, RateLimiterRedis, is a fixed window that counts in whole seconds. It runs at its best: on ioredis, where it
 * defines its script as a command of its own (EVALSHA), with nothing else that it can do (insurance, blocking in memory, even
 * spreading). All have 1,000 units a client, the most that our parameters allow, and clients of their own in each turn, so
 * many that nobody is ever denied: a denial writes less, or nothing, and would flatter whoever denies more. A bucket refills
 * slowly, because the key of a full one is gone, and making it anew with each take is not what a bucket in use costs.
 *
 * Ratios say who is faster on this machine; CPU time per decision, here and in Redis, says why.
 *
 * A log costs by its length, so it gets its shortest window and as many clients as leave about 100 entries in each log when
 * it is asked: entries go as fast as they come, and every take is an admission that also cuts. What was admitted, and how many
 * units were in use after a take, is printed: a row under 100 % admitted, or a log far from 100 entries, measured something else.
 */
import { join } from "node:path";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import type { ParamSpec, Params, Pattern, PatternContext } from "../../lib/contract";
import { readEnv } from "../../lib/env";
import type { TakeResult } from "../../lib/families/rate-limiting/take";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { loadScripts } from "../../lib/run/scripts";
import { Load } from "./load";
import { compare, printRates } from "./rounds";
import { cpuUs } from "./server-cpu";

const QUOTA = { limit: 1000, windowMs: 1000, perSecond: 1 };
/** 1,000 for each of them is more than one connection can ask for in one turn. */
const CLIENTS = 256;
/** What a log starts with; it soon has as many as it needs. */
const LOG_CLIENTS = 16;
/** Patterns whose work grows with the requests they remember, and how many they shall remember while they are measured. */
const ENTRIES: Readonly<Record<string, number>> = { "sliding-window": 100 };
/** Before each turn the same load, untimed: longer than the log's window, so that it is full when the clock starts. */
const LEAD_IN_MS = 150;

/** The safe variant's own code on a bare client: no gate, no run. */
function ours(pattern: Pattern, redis: Redis): Load {
  const take = pattern.variants.find(({ id }) => id === "safe")?.actions.take;
  if (!take) throw new Error(`${pattern.id} has no safe take`);
  for (const { command, numberOfKeys, text } of loadScripts(join("lib", "patterns", pattern.id)))
    redis.defineCommand(command, { numberOfKeys, lua: text });
  const context: Partial<PatternContext> = { redis, now: Date.now, random: Math.random, actor: "bench" };
  const entries = ENTRIES[pattern.id] ?? null;
  const params: Params = Object.fromEntries(pattern.params.map((spec) => [spec.id, share(spec, entries !== null)]));
  return new Load(`${pattern.id}, safe`, entries === null ? CLIENTS : LOG_CLIENTS, entries, async (client) => {
    const { allowed, limit, remaining } = (await take(context as never, params, {
      client,
      cost: 1,
    } as never)) as TakeResult;
    return { allowed, used: limit - (remaining ?? 0) };
  });
}

/** What this parameter is of the quota that all of them get, within its own bounds. */
function share({ quota, min, max, default: initial }: ParamSpec, shortest: boolean): number {
  if (!quota) return initial;
  return quota === "windowMs" && shortest ? min : Math.min(max, Math.max(min, QUOTA[quota]));
}

function peer(redis: Redis): Load {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    points: QUOTA.limit,
    duration: QUOTA.windowMs / 1000,
  });
  return new Load("rate-limiter-flexible (fixed window)", CLIENTS, null, async (client) => {
    const { consumedPoints } = await limiter.consume(client);
    return { allowed: true, used: consumedPoints };
  });
}

export async function benchLimiters(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  });
  // Runs have notifications on so that learners see them; limiters in service do not, and they cost by the write.
  const redis = new Redis(server.connection());
  await redis.config("SET", "notify-keyspace-events", "");
  // A connection each, because every pattern calls its script `takeSafe`; only one of them works at a time.
  const limiters = patterns
    .filter(({ family }) => family === "rate-limiting")
    .map((pattern) => ({ pattern, connection: redis.duplicate() }));
  const contenders = [peer(redis), ...limiters.map(({ pattern, connection }) => ours(pattern, connection))];
  console.log(
    "\nAims: fixed window ≥ 1.2; token bucket ≥ 1.0 at 16 and ≥ 0.9 at 64; sliding log of 100 entries ≥ 0.75",
  );
  for (const concurrency of [1, 16, 64])
    printRates(
      `Rate limiters, one Redis, concurrency ${concurrency}`,
      await compare(contenders, concurrency, {
        rounds: 15,
        ms: 200,
        leadInMs: LEAD_IN_MS,
        serverCpuUs: () => cpuUs(redis),
      }),
      contenders.map((contender) => contender.facts()),
    );
  for (const connection of [redis, ...limiters.map((limiter) => limiter.connection)]) connection.disconnect();
  await server.stop();
}
