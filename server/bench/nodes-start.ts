/** How long a run waits for its five nodes: from the first spawn until each has answered PING behind its fault proxy. */
import { Redis } from "ioredis";
import { NodeLab } from "../../lib/redis/node-lab";
import { RedisServer, type RedisServerSettings } from "../../lib/redis/redis-server";
import { percentile } from "./rounds";

const SAMPLES = 20;
const AIM_MS = 200;
/** The proxies delay nothing here. */
const CLOCK = { nowMs: Date.now, sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) };

async function startOnce(settings: RedisServerSettings, count: number): Promise<number> {
  const startedAt = performance.now();
  const servers = await Promise.all(Array.from({ length: count }, () => RedisServer.start(settings)));
  const lab = new NodeLab(servers, CLOCK);
  const clients = (await lab.open("bench")).map((to) => new Redis(to));
  await Promise.all(clients.map((client) => client.ping()));
  const tookMs = performance.now() - startedAt;
  for (const client of clients) client.disconnect();
  lab.close(null);
  await Promise.all(servers.map((server) => server.stop()));
  return tookMs;
}

/** @param settings with the clock shim, as a run has it */
export async function benchNodesStart(settings: RedisServerSettings, count: number): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < SAMPLES; i++) times.push(await startOnce(settings, count));
  const rounded = (ms: number) => Number(ms.toFixed(1));
  console.log(`\nUntil ${count} redis-servers answer behind their proxies. Aim: < ${AIM_MS} ms`);
  console.table([
    {
      "median ms": rounded(percentile(times, 0.5)),
      "max ms": rounded(Math.max(...times)),
      [`under ${AIM_MS} ms`]: times.filter((ms) => ms < AIM_MS).length,
      samples: times.length,
    },
  ]);
}
