/**
 * What caches cost at concurrency 16: a read that hits, beside a plain GET of the same bytes; and the write of every variant
 * beside the one as written. The patterns' own code on bare clients: no gate, no run, no artificial latency. One Redis per
 * variant, which keeps what that variant keeps on disk; one embedded PostgreSQL for all, or the server behind DATABASE_URL.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { CachedRows, Listener, Params, Pattern, PatternContext, Variant } from "../../lib/contract";
import { Databases } from "../../lib/database/databases";
import type { RunSchema } from "../../lib/database/run-schema";
import { readEnv } from "../../lib/env";
import { patterns } from "../../lib/patterns/registry";
import { RedisServer, type RedisServerSettings } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { loadScripts } from "../../lib/run/scripts";
import { DATABASE_WORKER } from "../../lib/run/testing";
import { type Contender, compare, printRates } from "./rounds";

const CONCURRENCY = 16;
const ROUNDS = { rounds: 9, ms: 250 };
/** Rows that are written in turn. */
const ROWS = 50;
/** Long enough that nothing expires while it is measured. */
const LONG_MS = 60_000;

interface Bench {
  pattern: Pattern;
  rows: CachedRows;
  variant: Variant;
  schema: RunSchema;
  redis: Redis;
  server: RedisServer;
  call(action: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const titleOf = ({ pattern, variant }: Bench) => `${pattern.id}, ${variant.id}`;

/** The variant's code with a context that has everything and records nothing. */
async function open(
  pattern: Pattern,
  rows: CachedRows,
  variant: Variant,
  settings: RedisServerSettings,
  databases: Databases,
): Promise<Bench> {
  const server = await RedisServer.start(settings);
  await server.persist(variant.appendonly ?? "no");
  const redis = new Redis(server.connection());
  await redis.config("SET", "notify-keyspace-events", "");
  for (const { command, numberOfKeys, text } of loadScripts(join("lib", "patterns", pattern.id)))
    redis.defineCommand(command, { numberOfKeys, lua: text });
  const schema = await databases.openSchema(pattern.id);
  const ears = new Redis({ ...server.connection(), protocol: 2 });
  let listening = false;
  const context: PatternContext = {
    redis,
    db: { query: async (sql, values = []) => (await schema.query(sql, values)).rows },
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    uuid: randomUUID,
    actor: "bench",
    memory: new Map(),
    get listening() {
      return listening;
    },
    async listen(to, listener: Listener) {
      const channels = "length" in to ? to : (to.channels ?? []);
      const id = await ears.client("ID");
      await ears.subscribe(...channels);
      listening = true;
      ears.on("message", (channel: string, message: string | null) => listener.message(message, channel, null));
      return id;
    },
    unlisten: () => Promise.reject(new Error("nobody unsubscribes here")),
    hangUp: () => Promise.reject(new Error("nobody hangs up here")),
    nodes: [],
    loops: { start: () => undefined, stop: () => undefined },
  };
  const params: Params = Object.fromEntries(
    pattern.params.map(({ id, max, default: initial }) => [id, id === "ttlMs" ? Math.min(max, LONG_MS) : initial]),
  );
  return {
    pattern,
    rows,
    variant,
    schema,
    redis,
    server,
    call: async (action, body) => variant.actions[action]?.(context as never, params, body as never),
    async close() {
      redis.disconnect();
      ears.disconnect();
      await schema.drop();
      await server.stop();
    },
  };
}

function reads(bench: Bench): Contender {
  const { action, body } = bench.rows.read(1, 0);
  return { name: titleOf(bench), once: () => bench.call(action, body) };
}

function writes(bench: Bench): Contender {
  let n = 0;
  return {
    name: titleOf(bench),
    once: () => {
      n += 1;
      const { action, body } = bench.rows.write(1 + (n % ROWS), n, 0);
      return bench.call(action, body);
    },
  };
}

export async function benchCaching(): Promise<void> {
  const env = readEnv();
  const directory = claimWorkDirectory(env.WORK_DIR);
  const settings = { binary: env.REDIS_SERVER_BIN, clockShim: "", directory, maxMemoryMb: env.RUN_REDIS_MAX_MB };
  const databases = new Databases({
    url: env.DATABASE_URL,
    template: env.DATABASE_TEMPLATE,
    directory,
    worker: DATABASE_WORKER,
  });
  const benches: Bench[] = [];
  for (const pattern of patterns)
    for (const variant of pattern.rows ? pattern.variants : [])
      if (pattern.rows) {
        const own = join(directory, `${pattern.id}-${variant.id}`);
        mkdirSync(own);
        benches.push(await open(pattern, pattern.rows, variant, { ...settings, directory: own }, databases));
      }

  // The key is there, and whoever listens does so.
  for (const bench of benches) {
    const { action, body } = bench.rows.read(1, 0);
    await bench.call(action, body);
  }
  const [first] = benches;
  if (!first) return;
  await first.redis.set("plain", JSON.stringify({ id: 1, username: "user1", email: "user1@example.org", version: 1 }));
  const plain = { name: "plain GET", once: () => first.redis.get("plain") };
  printRates(
    `Reads that hit, concurrency ${CONCURRENCY}`,
    await compare([plain, ...benches.map(reads)], CONCURRENCY, ROUNDS),
  );

  for (const pattern of new Set(benches.map((bench) => bench.pattern))) {
    const own = benches.filter((bench) => bench.pattern === pattern);
    const rates = await compare(own.map(writes), CONCURRENCY, ROUNDS);
    printRates(`${pattern.title}: writes, concurrency ${CONCURRENCY}`, rates);
  }
  for (const bench of benches) await bench.close();
  await databases.close();
}
