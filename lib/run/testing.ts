/** For tests on real Redis: a run service of their own, and one scenario played to its end. */
import { rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Databases } from "../database/databases";
import { readEnv } from "../env";
import type { RunEvent } from "../events";
import { patterns } from "../patterns/registry";
import { stages } from "../patterns/stages";
import { RedisPool } from "../redis/pool";
import { claimWorkDirectory } from "../redis/sweep";
import type { ScenarioOutcome } from "./scenario-player";
import { type Catalogue, RunService } from "./service";

/** From the repository root, for the benches are bundled. */
export const DATABASE_WORKER = pathToFileURL("server/database-worker.ts");

/** A run service over its own redis-server processes. Close it when done. */
export function testService(
  settings: Record<string, string> = {},
  catalogue: Catalogue = { patterns, stages },
): { service: RunService; close(): Promise<void> } {
  const env = readEnv({ ...process.env, NODE_ENV: "test", ...settings });
  const directory = claimWorkDirectory(env.WORK_DIR);
  const pool = new RedisPool(
    { binary: env.REDIS_SERVER_BIN, clockShim: env.CLOCK_SHIM, directory, maxMemoryMb: env.RUN_REDIS_MAX_MB },
    0,
  );
  const databases = new Databases({
    url: env.DATABASE_URL,
    template: env.DATABASE_TEMPLATE,
    directory,
    worker: DATABASE_WORKER,
  });
  const service = new RunService(catalogue, pool, databases, env, "under test");
  return {
    service,
    close: async () => {
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Plays a scenario at pace `fast` on a fresh run and answers its outcome with the whole trace. */
export async function playScenario(request: {
  pattern: string;
  variant: string;
  scenario: string;
  seed: number;
}): Promise<ScenarioOutcome & { events: RunEvent[] }> {
  const { service, close } = testService();
  try {
    const { run } = await service.open(request, "test");
    const outcome = await run.play(request.scenario, "fast");
    return { ...outcome, events: run.trace.log.range(1, run.trace.log.lastSeq).events };
  } finally {
    await close();
  }
}
