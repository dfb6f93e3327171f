/**
 * How soon five nodes are there. Acquire and release per second: our lock on one Redis, our Redlock on five, against the two libraries that do the same.
 *
 * The peers run at their best: on ioredis, where they define their scripts as commands of their own (EVALSHA), without retries
 * and without a time-out per command. Ours has its time-out, since without one a node that stands still would hold everybody.
 * Every turn locks resources that nobody else holds: what is measured is the way there and back, not the waiting. On one node
 * ours mints a fencing token besides, which the peers cannot.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Redlock as Sesamecare } from "@sesamecare-oss/redlock";
import { Redis } from "ioredis";
import Redlock from "redlock";
import type { Params, PatternContext } from "../../lib/contract";
import { readEnv } from "../../lib/env";
import type { AcquireResult } from "../../lib/families/locks/lock";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { loadScripts } from "../../lib/run/scripts";
import { benchNodesStart } from "./nodes-start";
import { type Contender, compare, printRates } from "./rounds";

const NODES = 5;
const TTL_MS = 10_000;
/** More than are ever held at once. */
const RESOURCES = 4096;

let turns = 0;
const nextResource = (): string => `bench-${turns++ % RESOURCES}`;

/** A variant's own code on bare clients: no gate, no run, no proxies. */
function ours(patternId: string, variantId: string, clients: readonly Redis[]): Contender {
  const pattern = patterns.find(({ id }) => id === patternId);
  const variant = pattern?.variants.find(({ id }) => id === variantId);
  const { acquire, release } = variant?.actions ?? {};
  if (!pattern || !acquire || !release) throw new Error(`${patternId}, ${variantId} cannot acquire and release`);
  const scripts = loadScripts(join("lib", "patterns", patternId));
  for (const client of clients)
    for (const { command, numberOfKeys, text } of scripts) client.defineCommand(command, { numberOfKeys, lua: text });
  const params: Params = {
    ...Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default])),
    ttlMs: TTL_MS,
  };
  const [redis] = clients;
  const context: Partial<PatternContext> = {
    ...(redis ? { redis } : {}),
    nodes: clients,
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    uuid: randomUUID,
    actor: "bench",
    loops: { start: () => undefined, stop: () => undefined },
  };
  return {
    name: `${patternId}, ${variantId}`,
    async once() {
      const resource = nextResource();
      const body = { resource, owner: "bench" };
      const { token } = (await acquire(context as never, params, body as never)) as AcquireResult;
      if (token === null) throw new Error(`${patternId} did not get ${resource}, which nobody holds`);
      await release(context as never, params, { resource, token } as never);
    },
  };
}

function sesamecare(clients: Redis[]): Contender {
  const redlock = new Sesamecare(clients, { retryCount: 0 });
  return {
    name: "@sesamecare-oss/redlock",
    once: async () => (await redlock.acquire([nextResource()], TTL_MS)).release(),
  };
}

function redlockBeta(clients: Redis[]): Contender {
  const redlock = new Redlock(clients, { retryCount: 0 });
  return { name: "redlock 5 beta", once: async () => (await redlock.acquire([nextResource()], TTL_MS)).release() };
}

export async function benchLocks(): Promise<void> {
  const env = readEnv();
  const settings = {
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  };
  await benchNodesStart({ ...settings, clockShim: env.CLOCK_SHIM }, NODES);
  const servers = await Promise.all(Array.from({ length: NODES }, () => RedisServer.start(settings)));
  const opened: Redis[] = [];
  // A connection of its own for each contender, because each defines its scripts there.
  const connect = (count: number): Redis[] => {
    const clients = servers.slice(0, count).map((server) => new Redis(server.connection()));
    opened.push(...clients);
    return clients;
  };
  for (const client of connect(NODES)) await client.config("SET", "notify-keyspace-events", "");
  const one = [sesamecare(connect(1)), redlockBeta(connect(1)), ours("lock", "safe", connect(1))];
  const five = [sesamecare(connect(NODES)), redlockBeta(connect(NODES)), ours("redlock", "as-written", connect(NODES))];
  console.log("\nAims: on one node ≥ 1.2 at 16; on five ≥ 1.0");
  for (const [where, contenders] of [
    ["one Redis", one],
    ["five nodes", five],
  ] as const)
    for (const concurrency of [1, 16, 64])
      printRates(
        `Acquire and release, ${where}, concurrency ${concurrency}`,
        await compare(contenders, concurrency, { rounds: 11, ms: 250 }),
      );
  for (const client of opened) client.disconnect();
  await Promise.all(servers.map((server) => server.stop()));
}
