/**
 * What recording costs: the same commands on two equal servers, through a plain client and through a run's gate. The gate
 * also gathers the writes of a turn, which wins more than recording costs; the middle row tells the two apart.
 */
import { Redis } from "ioredis";
import { readEnv } from "../../lib/env";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
import { Gate, GatedRedis } from "../../lib/run/gate";
import { testService } from "../../lib/run/testing";
import { compare, printRates } from "./rounds";

export async function benchGate(): Promise<void> {
  const env = readEnv();
  const server = await RedisServer.start({
    binary: env.REDIS_SERVER_BIN,
    clockShim: env.CLOCK_SHIM,
    directory: claimWorkDirectory(env.WORK_DIR),
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  });
  const plain = new Redis(server.connection());
  const silent = new GatedRedis(
    new Gate("bench", { sending: () => null, where: () => null, sent: () => undefined }),
    server.connection(),
  );
  await silent.connect();
  const { service, close } = testService();
  const { run } = await service.open({ pattern: "token-bucket", variant: "safe", seed: 1 }, "bench");
  const { client } = await run.actors.get("bench");
  for (const concurrency of [1, 16, 64])
    printRates(
      `Recording: INCR on equal servers, concurrency ${concurrency} (aim at 16: ratio ≥ 0.75)`,
      await compare(
        [
          { name: "plain ioredis", once: () => plain.incr("n") },
          { name: "through a gate that records nothing", once: () => silent.incr("n") },
          { name: "through a run's gate, traced", once: () => client.incr("n") },
        ],
        concurrency,
      ),
    );
  plain.disconnect();
  silent.disconnect();
  await server.stop();
  await close();
}
