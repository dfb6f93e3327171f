/**
 * Jobs added, and drained, per second: the queue of the pattern list-queue against bullmq, on one Redis, in one run.
 *
 * Adding: so many callers add one job each, one after another. Draining: a queue that was filled before is worked off, the
 * work being nothing, and the time counts from the first job asked for to the last one done. Ours has so many workers with a
 * connection each, as BLMOVE wants it; bullmq one worker of that concurrency, as its manual has it. Neither keeps a job that
 * is done.
 *
 * bullmq does more for a job: a hash of its own with options, progress and return value, an event stream for others to
 * listen to, a lock by job that is renewed while it runs, delays, priorities, rate limits, parents and children,
 * deduplication, repeated jobs. Ours has a heartbeat by worker, attempts, back-off and dead letters; here nothing fails, so
 * neither of the two pays for that.
 */
import { join } from "node:path";
import { Redis } from "ioredis";
import type { Params, PatternContext } from "../../lib/contract";
import { readEnv } from "../../lib/env";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { Gate, GatedRedis, withScripts } from "../../lib/run/gate";
import { loadScripts } from "../../lib/run/scripts";
import { BULLMQ, BullmqPeer } from "./bullmq-peer";
import { type Contender, compare, percentile, printRates } from "./rounds";
import { cpuUs } from "./server-cpu";

const PATTERN = "list-queue";
const DRAIN_ROUNDS = 9;
const DRAINED_JOBS = 2000;
const PAYLOAD = "welcome ann";

interface Queue {
  name: string;
  add(): Promise<unknown>;
  fill(jobs: number): Promise<void>;
  /** @returns ms that it took */
  drain(jobs: number, concurrency: number): Promise<number>;
  empty(): Promise<unknown>;
}

/** A variant's own code on bare clients: no gate that holds, no run, and no database: the effect is nothing. */
function ours(variantId: string, clients: readonly GatedRedis[], redis: Redis): Queue {
  const pattern = patterns.find(({ id }) => id === PATTERN);
  const { enqueue, work } = pattern?.variants.find(({ id }) => id === variantId)?.actions ?? {};
  if (!pattern || !enqueue || !work) throw new Error(`${PATTERN}, ${variantId} cannot enqueue and work`);
  const defaults = Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default]));
  const params: Params = { ...defaults, workMs: 0 };
  const contexts = clients.map(
    (client, i): Partial<PatternContext> => ({
      redis: client,
      db: { query: () => Promise.resolve([{ job: "" }]) },
      now: Date.now,
      sleep: () => Promise.resolve(),
      random: Math.random,
      uuid: () => crypto.randomUUID(),
      actor: `w${i}`,
      memory: new Map(),
    }),
  );
  const [first] = contexts;
  const add = () => enqueue(first as never, params, { payload: PAYLOAD } as never);
  return {
    name: `${PATTERN}, ${variantId}`,
    add,
    async fill(jobs) {
      await Promise.all(Array.from({ length: jobs }, add));
    },
    async drain(jobs, concurrency) {
      let left = jobs;
      const startedAt = performance.now();
      // Each takes only as long as there is something to take: nobody is left waiting at the end.
      const loop = async (context: Partial<PatternContext>) => {
        while (left > 0) {
          left -= 1;
          await work(context as never, params, {} as never);
        }
      };
      await Promise.all(contexts.slice(0, concurrency).map(loop));
      const tookMs = performance.now() - startedAt;
      if ((await redis.llen("queue:email")) > 0) throw new Error(`${variantId} has left jobs in the queue`);
      return tookMs;
    },
    empty: () => redis.flushall(),
  };
}

function bullmq(peer: BullmqPeer): Queue {
  return {
    name: BULLMQ,
    add: () => peer.add(PAYLOAD),
    fill: (jobs) => peer.fill(jobs),
    drain: (jobs, concurrency) => peer.drain(jobs, concurrency),
    empty: () => peer.empty(),
  };
}

async function benchAdd(queues: readonly Queue[], concurrency: number, redis: Redis): Promise<void> {
  const contenders = queues.map(({ name, add }): Contender => ({ name, once: add }));
  const rates = await compare(contenders, concurrency, { serverCpuUs: () => cpuUs(redis) });
  for (const queue of queues) await queue.empty();
  printRates(`Add a job, concurrency ${concurrency} (aim: ours ≥ 2)`, rates);
}

async function benchDrain(queues: readonly Queue[], concurrency: number): Promise<void> {
  const rates = queues.map(() => [] as number[]);
  for (let round = 0; round <= DRAIN_ROUNDS; round++)
    for (const [i, queue] of queues.entries()) {
      await queue.fill(DRAINED_JOBS);
      const tookMs = await queue.drain(DRAINED_JOBS, concurrency);
      await queue.empty();
      if (round > 0) rates[i]?.push((DRAINED_JOBS * 1000) / tookMs);
    }
  const median = (values: readonly number[]) => percentile(values, 0.5);
  console.log(`\nDrain ${DRAINED_JOBS} jobs, concurrency ${concurrency}, median of ${DRAIN_ROUNDS} rounds`);
  console.table(
    queues.map(({ name }, i) => ({
      what: name,
      "jobs per second": Math.round(median(rates[i] ?? [])),
      ratio: Number(median((rates[i] ?? []).map((rate, round) => rate / (rates[0]?.[round] ?? Number.NaN))).toFixed(2)),
    })),
  );
}

export async function benchQueues(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: 1024,
  });
  const redis = new Redis(server.connection());
  // Runs have notifications on so that learners see them; a queue in service needs none.
  await redis.config("SET", "notify-keyspace-events", "");
  const scripts = loadScripts(join("lib", "patterns", PATTERN));
  const clients = Array.from({ length: 64 }, () =>
    withScripts(
      new GatedRedis(
        new Gate("bench", { sending: () => null, where: () => null, sent: () => undefined }),
        server.connection(),
      ),
      scripts,
    ),
  );
  await Promise.all(clients.map((client) => client.connect()));
  const { host = "", port = 0, password = "" } = server.connection();
  const peer = await BullmqPeer.open("bench", { host, port, password });
  const queues = [bullmq(peer), ours("as-written", clients, redis), ours("safe", clients, redis)];
  for (const concurrency of [1, 16, 64]) {
    await benchAdd(queues, concurrency, redis);
    await benchDrain(queues, concurrency);
  }
  await peer.close();
  for (const client of [redis, ...clients]) client.disconnect();
  await server.stop();
}
