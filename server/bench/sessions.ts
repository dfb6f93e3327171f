/**
 * A request's two turns on its session, read and touch, per second: the safe session against connect-redis, on one Redis, in
 * one run.
 *
 * connect-redis keeps a session as one JSON text and needs two commands, GET and EXPIRE, one after the other, as
 * express-session asks for them; ours is a hash with a second limit, read and touched by one script. connect-redis is made
 * for the client `redis`, whose words its `set` uses; reading and touching work on ioredis too, so it stands there twice, and the
 * second row tells what is the client's doing. All three gather the commands of one turn of the loop into one write: `redis`
 * by nature, ioredis by its option, ours as in a run, on the same client with nobody recording.
 *
 * All have the same 1,000 sessions with the same fields, and a TTL that never comes into it. What connect-redis does more (any
 * serializer, the TTL of a cookie, all sessions listed) costs nothing here. Rates compare on a machine that is idle: on a
 * busy one Redis and Node share a core, and the CPU time of both says more.
 */
import { join } from "node:path";
import { RedisStore } from "connect-redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import type { PatternContext } from "../../lib/contract";
import { readEnv } from "../../lib/env";
import * as safe from "../../lib/patterns/session/safe";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { Gate, GatedRedis } from "../../lib/run/gate";
import { loadScripts } from "../../lib/run/scripts";
import { type Contender, compare, printRates } from "./rounds";
import { cpuUs } from "./server-cpu";

const SESSIONS = 1000;
const IDLE_S = 900;
const FIELDS = {
  userId: "ann",
  email: "ann@example.org",
  role: "member",
  ip: "198.51.100.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};

/** Goes round the ids, and stops the bench when an answer is not a session. */
function contender(name: string, ids: readonly string[], readAndTouch: (id: string) => Promise<unknown>): Contender {
  let next = 0;
  return {
    name,
    async once() {
      const id = ids[next++ % ids.length] ?? "";
      if ((await readAndTouch(id)) !== FIELDS.userId) throw new Error(`${name} has lost session ${id}`);
    },
  };
}

/** The safe variant's own code on a bare client: no gate, no run. */
async function ours(redis: Redis): Promise<Contender> {
  for (const { command, numberOfKeys, text } of loadScripts(join("lib", "patterns", "session")))
    redis.defineCommand(command, { numberOfKeys, lua: text });
  const context = { redis, uuid: () => crypto.randomUUID(), actor: "bench" } as Partial<PatternContext>;
  const params = { idleMs: IDLE_S * 1000, absoluteMs: 24 * 3_600_000 };
  const ids: string[] = [];
  for (let i = 0; i < SESSIONS; i++) ids.push((await safe.create(context as never, params, FIELDS)).sessionId);
  return contender("session, safe", ids, async (sessionId) => {
    const { session } = await safe.get(context as never, params, { sessionId });
    return session?.userId;
  });
}

function peer(name: string, store: RedisStore, ids: readonly string[]): Contender {
  return contender(name, ids, async (id) => {
    const session = await store.get(id);
    await store.touch(id, session);
    return session.userId;
  });
}

export async function benchSessions(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: "",
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  });
  // Runs have notifications on so that learners see them; sessions in service need none, and they cost by the touch.
  const redis = new Redis({ ...server.connection(), enableAutoPipelining: true });
  await redis.config("SET", "notify-keyspace-events", "");
  const client = new GatedRedis(
    new Gate("bench", { sending: () => null, where: () => null, sent: () => undefined }),
    server.connection(),
  );
  const peersClient = createClient({ url: server.url });
  await Promise.all([client.connect(), peersClient.connect()]);
  const store = new RedisStore({ client: peersClient, ttl: IDLE_S });
  const ids = Array.from({ length: SESSIONS }, () => crypto.randomUUID());
  const session = { ...FIELDS, createdAt: Date.now(), cookie: { originalMaxAge: null } };
  for (const id of ids) await store.set(id, session as never);
  const contenders = [
    peer("connect-redis, on redis", store, ids),
    peer("connect-redis, on ioredis", new RedisStore({ client: redis, ttl: IDLE_S }), ids),
    await ours(client),
  ];
  for (const concurrency of [1, 16, 64])
    printRates(
      `Session get and touch, one Redis, concurrency ${concurrency} (aim: ours ≥ 1.5)`,
      await compare(contenders, concurrency, { rounds: 15, ms: 200, serverCpuUs: () => cpuUs(redis) }),
    );
  peersClient.destroy();
  for (const connection of [redis, client]) connection.disconnect();
  await server.stop();
}
