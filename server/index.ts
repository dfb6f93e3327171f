/** The one server process: Next, the API and socket.io on one port, and every run's redis-server. */
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import next from "next";
import { Server } from "socket.io";
import { ComparisonService } from "../lib/comparison/service";
import { Databases } from "../lib/database/databases";
import { type Env, readEnv } from "../lib/env";
import { ExploreService } from "../lib/explore/service";
import { SteppingService } from "../lib/explore/stepping";
import { patterns } from "../lib/patterns/registry";
import { stages } from "../lib/patterns/stages";
import { RedisPool } from "../lib/redis/pool";
import { RedisServer } from "../lib/redis/redis-server";
import { claimWorkDirectory, sweepLeftovers } from "../lib/redis/sweep";
import { provideServices } from "../lib/run/accessor";
import { RunService } from "../lib/run/service";
import { ShareStore } from "../lib/share/share-store";
import { WorkloadService } from "../lib/workload/service";
import { startComparisonRelay } from "./comparison-relay";
import { onEnd } from "./end";
import { allowedHosts, refusal, refuse, secure } from "./guard";
import { type RelayServer, roomOf, startRelay } from "./relay";
import { checkShownFiles } from "./shown-files";

process.env.NEXT_TELEMETRY_DISABLED = "1";
const MAX_SOCKET_MESSAGE_BYTES = 16 * 1024;

/** Asks one server for its version, so that a binary that does not work stops the boot and not the first learner. */
async function redisVersionOf(settings: Parameters<typeof RedisServer.start>[0]): Promise<string> {
  const server = await RedisServer.start(settings);
  const client = new Redis(server.connection());
  const info = await client.info("server");
  client.disconnect();
  await server.stop();
  return /^(?:valkey|redis)_version:(\S+)/m.exec(info)?.[1] ?? "unknown";
}

/** Entry of a worker thread: beside this file, built or as it stands. */
const workerFile = (name: string, isDevelopment: boolean) =>
  new URL(`./${name}-worker.${isDevelopment ? "ts" : "mjs"}`, import.meta.url);

async function main(env: Env): Promise<void> {
  const isDevelopment = env.NODE_ENV === "development";
  if (!isDevelopment) checkShownFiles();
  sweepLeftovers(env.WORK_DIR);
  const directory = claimWorkDirectory(env.WORK_DIR);
  const settings = {
    binary: env.REDIS_SERVER_BIN,
    clockShim: env.CLOCK_SHIM,
    directory,
    maxMemoryMb: env.RUN_REDIS_MAX_MB,
  };
  const catalogue = { patterns, stages };
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const redisVersion = await redisVersionOf(settings);
  const pool = new RedisPool(settings, env.WARM_SERVERS);
  await pool.fill();
  const databases = new Databases({
    url: env.DATABASE_URL,
    template: env.DATABASE_TEMPLATE,
    directory,
    worker: workerFile("database", isDevelopment),
  });
  // Begun here, so that a database that cannot be had stops the boot; it comes up while the pages do.
  const database = databases.engine();
  database.catch(() => undefined);
  const runs = new RunService(catalogue, pool, databases, env, redisVersion);
  const comparisons = new ComparisonService(runs);
  const workloads = new WorkloadService(runs);
  const shares = new ShareStore(join(env.DATA_DIR, "shares"));
  shares.start();
  const stepping = new SteppingService(runs);
  const explorations = new ExploreService(workerFile("explore", isDevelopment), settings, databases, runs);
  provideServices({ env, runs, databases, comparisons, workloads, stepping, explorations, shares, catalogue, version });

  const server = createServer();
  const app = next({ dev: isDevelopment, hostname: env.HOST, port: env.PORT, httpServer: server });
  // Before it listens: a request that comes earlier would never be answered.
  await Promise.all([app.prepare(), database]);
  const handle = app.getRequestHandler();
  server.listen(env.PORT, env.HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hosts = allowedHosts(env, port);
  const io: RelayServer = new Server(server, {
    serveClient: false,
    perMessageDeflate: false,
    destroyUpgrade: false,
    maxHttpBufferSize: MAX_SOCKET_MESSAGE_BYTES,
    allowRequest: (request: IncomingMessage, decide) => decide(null, refusal(request, hosts) === null),
  });
  startRelay(io, runs);
  explorations.onProgress((progress) => {
    io.to(roomOf(progress.exploration.runId)).emit("explore:progress", progress);
  });
  startComparisonRelay(io, comparisons);
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/socket.io/")) return;
    secure(request, response, isDevelopment);
    const refused = refusal(request, hosts);
    if (refused) refuse(response, refused);
    else void handle(request, response);
  });
  const shownHost = env.HOST === "0.0.0.0" || env.HOST === "::" ? "localhost" : env.HOST;
  console.log(`Redis Patterns Playground: http://${shownHost}:${port}`);

  onEnd(env.PLAYGROUND_PARENT_PIPE, async () => {
    server.close();
    shares.stop();
    await io.close();
    await comparisons.close();
    await workloads.close();
    await explorations.close();
    await runs.close();
    rmSync(directory, { recursive: true, force: true });
  });
}

try {
  await main(readEnv());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
