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
import type { Run } from "./run";
import type { ScenarioOutcome } from "./scenario-player";
import { type Catalogue, type OwnedRun, RunService } from "./service";

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
    return { ...outcome, events: [...eventsOf(run)] };
  } finally {
    await close();
  }
}

export const eventsOf = ({ trace: { log } }: Run): readonly RunEvent[] => log.range(1, log.lastSeq).events;

/** Runs of one pattern for the tests of a file: end them after each test, and close all when done. */
export function runsUnderTest(pattern: string, seed: number) {
  const { service, close } = testService();
  const { RUNS_PER_OWNER } = readEnv();
  const opened: OwnedRun[] = [];
  const endFirst = async () => {
    const owned = opened.shift();
    if (owned) await service.remove(owned);
  };
  const endAll = async () => {
    while (opened.length > 0) await endFirst();
  };
  const open = async (variant: string, params: Record<string, number> = {}): Promise<Run> => {
    if (opened.length >= RUNS_PER_OWNER) await endFirst();
    const owned = await service.open({ pattern, variant, seed, params }, "test");
    opened.push(owned);
    return owned.run;
  };
  const play = async (variant: string, scenario: string) => {
    const run = await open(variant);
    return { run, ...(await run.play(scenario, "fast")), events: eventsOf(run) };
  };
  return { service, open, play, endAll, close };
}
