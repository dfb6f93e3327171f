/** What recording costs: the same commands on two equal servers, through a plain client and through a run's gate. */
import { Redis } from "ioredis";
import { readEnv } from "../../lib/env";
import { RedisServer } from "../../lib/redis/redis-server";
import { claimWorkDirectory } from "../../lib/redis/sweep";
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
  const { service, close } = testService();
  const { run } = await service.open({ pattern: "token-bucket", variant: "safe", seed: 1 }, "bench");
  const { client } = await run.actors.get("bench");
  for (const concurrency of [1, 16, 64])
    printRates(
      `Recording: INCR on equal servers, concurrency ${concurrency} (aim at 16: ratio ≥ 0.75)`,
      await compare(
        [
          { name: "plain ioredis", once: () => plain.incr("n") },
          { name: "through the gate, traced", once: () => client.incr("n") },
        ],
        concurrency,
      ),
    );
  plain.disconnect();
  await server.stop();
  await close();
}
