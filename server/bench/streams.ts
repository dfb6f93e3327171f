/**
 * Jobs per second through a stream and its group against bullmq, on the same Redis: added one by one, and drained.
 *
 * A stream does less. bullmq keeps a hash for each job with its state and result, locks it while a worker has it and renews that lock,
 * moves it between sets by scripts, writes an event for each step, and offers delays, priorities, retries with back-off, a rate
 * limit and repeated jobs. What both have: a job survives the death of its worker and is given out again. The work itself is nothing on
 * either side: no database, no effect.
 *
 * So many workers as the concurrency says share one connection, bullmq's by its own setting. Both peers and ours are asked in turn,
 * round by round, with a stream (a queue) of their own that is filled before the clock starts.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { Loop, Params, PatternContext } from "../../lib/contract";
import { readEnv } from "../../lib/env";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { loadScripts } from "../../lib/run/scripts";
import { BULLMQ, BullmqPeer } from "./bullmq-peer";
import { compare, percentile, printRates } from "./rounds";

const ROUNDS = 7;
const STREAM = "jobs";
const GROUP = "email-workers";
const FILL_PER_WRITE = 1000;

/** A queue that is filled, and worked off by so many at the same time. @returns ms that draining took */
interface Drained {
  name: string;
  jobs: number;
  fill(jobs: number): Promise<void>;
  drain(jobs: number, concurrency: number): Promise<number>;
}

/** Fills a stream of its own and lets so many consumers take turns until all is done. @param turn how many jobs it has done */
function ours(name: string, jobs: number, redis: Redis, turn: (consumer: string) => Promise<number>): Drained {
  return {
    name,
    jobs,
    async fill(count) {
      await redis.del(STREAM);
      await redis.xgroup("CREATE", STREAM, GROUP, "0", "MKSTREAM");
      for (let added = 0; added < count; added += FILL_PER_WRITE) {
        const write = redis.pipeline();
        for (let n = added; n < Math.min(count, added + FILL_PER_WRITE); n++)
          write.xadd(STREAM, "*", "type", "email", "payload", `payload ${n}`);
        await write.exec();
      }
    },
    async drain(count, concurrency) {
      let left = count;
      const startedAt = performance.now();
      const work = async (consumer: string) => {
        while (left > 0) {
          const done = await turn(consumer);
          left -= done;
        }
      };
      await Promise.all(Array.from({ length: concurrency }, (_, i) => work(`c${i}`)));
      const tookMs = performance.now() - startedAt;
      const [pending] = (await redis.xpending(STREAM, GROUP)) as [number];
      if (left !== 0 || pending !== 0) throw new Error(`${name}: ${left} jobs left, ${pending} pending`);
      return tookMs;
    },
  };
}

/** Nothing but reading and acknowledging. */
const bare = (redis: Redis, count: number): Drained =>
  ours(`XREADGROUP COUNT ${count}, one XACK`, count === 1 ? 3000 : 10_000, redis, async (consumer) => {
    const answer = await redis.xreadgroup("GROUP", GROUP, consumer, "COUNT", count, "STREAMS", STREAM, ">");
    const ids = (answer?.[0]?.[1] ?? []).map(([id]) => id);
    return ids.length > 0 ? redis.xack(STREAM, GROUP, ...ids) : 0;
  });

/** The safe variant's own turn (claiming, reading 10, trimming), with a database that answers at once. */
function wholeTurn(redis: Redis): Drained {
  const pattern = patterns.find(({ id }) => id === "stream-group");
  const start = pattern?.variants.find(({ id }) => id === "safe")?.actions["start-consumer"];
  if (!pattern || !start) throw new Error("stream-group, safe cannot be started");
  for (const { command, numberOfKeys, text } of loadScripts(join("lib", "patterns", pattern.id)))
    redis.defineCommand(command, { numberOfKeys, lua: text });
  const params: Params = Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default]));
  const loops = new Map<string, Loop>();
  const context: Partial<PatternContext> = {
    redis,
    db: { query: async () => [] },
    now: Date.now,
    random: Math.random,
    uuid: randomUUID,
    memory: new Map(),
    loops: { start: (loop) => loops.set(loop.id, loop as unknown as Loop), stop: () => undefined },
  };
  return ours("stream-group, safe: a whole turn", 10_000, redis, async (consumer) => {
    const loop = loops.get(`${consumer} of ${GROUP}`);
    const body = { consumer, group: GROUP, createGroup: false };
    const answer = await (loop ? loop.turn(context as never) : start(context as never, params, body as never));
    return (answer as { done: number }).done;
  });
}

const bullmq = (peer: BullmqPeer): Drained => ({
  name: BULLMQ,
  jobs: 3000,
  fill: (jobs) => peer.fill(jobs),
  drain: (jobs, concurrency) => peer.drain(jobs, concurrency),
});

async function compareDrains(contenders: readonly Drained[], concurrency: number): Promise<void> {
  const rates: number[][] = contenders.map(() => []);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [i, { jobs, fill, drain }] of contenders.entries()) {
      await fill(jobs);
      const ms = await drain(jobs, concurrency);
      if (round > 0) rates[i]?.push((jobs * 1000) / ms);
    }
  console.log(`\nDrain, concurrency ${concurrency}`);
  console.table(
    contenders.map(({ name, jobs }, i) => {
      const own = rates[i] ?? [];
      const ratios = own.map((rate, round) => rate / (rates[0]?.[round] ?? Number.NaN));
      return {
        what: name,
        "jobs per second": Math.round(percentile(own, 0.5)),
        ratio: Number(percentile(ratios, 0.5).toFixed(2)),
        "least ratio": Number(Math.min(...ratios).toFixed(2)),
        "jobs a round": jobs,
        rounds: own.length,
      };
    }),
  );
}

export async function benchStreams(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: 256,
  });
  const address = server.connection();
  const opened: Redis[] = [];
  const connect = (): Redis => {
    const redis = new Redis(address);
    opened.push(redis);
    return redis;
  };
  const [adding, ...draining] = [connect(), connect(), connect(), connect()] as [Redis, Redis, Redis, Redis];
  await adding.config("SET", "notify-keyspace-events", "");
  const peer = await BullmqPeer.open("streams", {
    host: "127.0.0.1",
    port: server.port,
    password: String(address.password),
  });
  console.log("\nAim: drained with COUNT 10, ≥ 3 x bullmq. A stream does less: see server/bench/streams.ts.");
  for (const concurrency of [1, 16, 64]) {
    const contenders = [
      { name: BULLMQ, once: () => peer.add("payload") },
      {
        name: "XADD",
        once: () => adding.xadd("added", "MAXLEN", "~", 10_000, "*", "type", "email", "payload", "payload"),
      },
    ];
    printRates(`Add, concurrency ${concurrency}`, await compare(contenders, concurrency, { rounds: ROUNDS }));
    await peer.empty();
  }
  const [one, ten, whole] = draining;
  const contenders = [bullmq(peer), bare(one, 1), bare(ten, 10), wholeTurn(whole)];
  for (const concurrency of [1, 16, 64]) await compareDrains(contenders, concurrency);
  await peer.close();
  for (const redis of opened) redis.disconnect();
  await server.stop();
}
