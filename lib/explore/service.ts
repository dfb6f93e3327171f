/** All explorations of this server: one per owner and two in all at a time, each in a worker thread with its own servers. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { Exploration, ExploredOrder, Scenario } from "../contract";
import type { Databases, LentDatabase } from "../database/databases";
import type { RedisServerSettings } from "../redis/redis-server";
import { PlaygroundError, unknownThing } from "../run/playground-error";
import type { Run } from "../run/run";
import { definedOf } from "../run/scenario-player";
import type { OwnedRun, RunService } from "../run/service";
import { startWorker } from "../worker";
import type { ExplorationFacts, ExplorationMessage, ExplorationTask } from "./messages";
import { MAX_SCHEDULES } from "./schedule";

const PER_SERVER = 2;
const RETRY_AFTER_SECONDS = 5;

export interface ExploreRequest {
  scenario: string;
  maxSchedules?: number | undefined;
}

export interface Progress {
  exploration: Exploration;
  /** Number of the first of `orders`. */
  from: number;
  orders: ExploredOrder[];
}

interface Entry {
  owner: string;
  exploration: Exploration;
  orders: ExploredOrder[];
  worker: Worker;
  directory: string;
  database: LentDatabase | null;
  /** Resolves when the worker is gone and its files with it. */
  over: Promise<void>;
}

const NOTHING_YET: ExplorationFacts = {
  schedules: 0,
  violating: 0,
  notable: null,
  complete: false,
  strategy: "",
  text: "No order has been run yet.",
  alphabet: [],
  ms: 0,
};

export class ExploreService {
  /** The latest of each run. */
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<(progress: Progress) => void>();

  /** @param worker the worker's file: built, or TypeScript as it stands (development, tests) */
  constructor(
    private readonly worker: URL,
    private readonly redis: RedisServerSettings,
    private readonly databases: Databases,
    runs: RunService,
  ) {
    runs.onEnded((run) => void this.forget(run.id));
  }

  onProgress(listener: (progress: Progress) => void): void {
    this.listeners.add(listener);
  }

  /** The latest of a run; null when it has explored nothing yet. */
  get(runId: string): { exploration: Exploration | null; orders: readonly ExploredOrder[] } {
    const { exploration, orders } = this.entries.get(runId) ?? { exploration: null, orders: [] };
    return { exploration, orders };
  }

  /** @throws PlaygroundError 404, 409 when the scenario cannot be explored, 429 when too many are under way */
  async start(
    { run, owner }: OwnedRun,
    { scenario: id, maxSchedules = MAX_SCHEDULES }: ExploreRequest,
  ): Promise<Exploration> {
    run.mustBeLive();
    const scenario = raceOf(run, id);
    this.checkLimits(owner);
    const earlier = this.entries.get(run.id);
    const database = run.pattern.database ? await this.databases.lend() : null;
    const ports = database?.access.kind === "pglite" ? [database.access.port] : [];
    try {
      // Somebody may have begun meanwhile, or ended the run.
      run.mustBeLive();
      this.checkLimits(owner);
    } catch (error) {
      for (const port of ports) port.close();
      throw error;
    }
    const directory = mkdtempSync(join(this.redis.directory, "explore-"));
    const task: ExplorationTask = {
      pattern: run.pattern.id,
      variant: run.variant.id,
      params: { ...run.params, ...definedOf(scenario.params) },
      seed: run.seed,
      scenario: id,
      maxSchedules,
      redis: { ...this.redis, directory },
      database,
    };
    const worker = startWorker(this.worker, task, ports);
    const exploration: Exploration = {
      ...NOTHING_YET,
      runId: run.id,
      scenario: id,
      variant: run.variant.id,
      status: "running",
      shortest: null,
      schedulesPerSecond: 0,
      clock: run.clock.movable ? "virtual" : "fallback",
      problem: null,
    };
    const entry: Entry = { owner, exploration, orders: [], worker, directory, database, over: Promise.resolve() };
    entry.over = this.follow(entry);
    this.entries.set(run.id, entry);
    if (earlier) await earlier.over;
    return exploration;
  }

  /** Resolves when the latest exploration of this run is over. @throws PlaygroundError 409 when it failed */
  async finished(runId: string): Promise<Exploration> {
    const { over, exploration } = this.entry(runId);
    await over;
    if (exploration.status === "failed")
      throw new PlaygroundError(409, "exploration_failed", exploration.problem ?? "It failed.");
    return exploration;
  }

  async cancel(runId: string): Promise<Exploration> {
    const entry = this.entry(runId);
    if (entry.exploration.status === "running") {
      entry.exploration.status = "cancelled";
      await entry.worker.terminate();
    }
    await entry.over;
    return entry.exploration;
  }

  async close(): Promise<void> {
    await Promise.all([...this.entries.keys()].map((runId) => this.forget(runId)));
  }

  private async forget(runId: string): Promise<void> {
    if (!this.entries.has(runId)) return;
    await this.cancel(runId);
    this.entries.delete(runId);
  }

  private follow(entry: Entry): Promise<void> {
    const { worker, exploration } = entry;
    worker.on("message", (message: ExplorationMessage) => this.hear(entry, message));
    worker.on("error", (error) => this.fail(entry, error.message));
    return new Promise((resolve) => {
      worker.once("exit", () => {
        if (exploration.status === "running") this.fail(entry, "The explorer ended before it was done.");
        else this.tell(entry, entry.orders.length);
        rmSync(entry.directory, { recursive: true, force: true });
        void this.takeBack(entry).then(resolve);
      });
    });
  }

  /** A database that is gone keeps the schemas; the next server process at that database drops them. */
  private async takeBack({ database }: Entry): Promise<void> {
    if (database) await this.databases.takeBack(database).catch(() => undefined);
  }

  private hear(entry: Entry, message: ExplorationMessage): void {
    const { exploration, orders } = entry;
    if (exploration.status !== "running") return;
    if (message.kind === "failed") {
      this.fail(entry, message.problem);
      return;
    }
    const from = orders.length;
    for (const order of message.orders) orders.push(order);
    const { ms, schedules } = message.facts;
    Object.assign(exploration, message.facts, {
      schedulesPerSecond: ms > 0 ? Math.round((schedules * 1000) / ms) : 0,
    });
    if (message.kind === "done") {
      exploration.status = "done";
      exploration.shortest = message.shortest;
    }
    this.tell(entry, from);
  }

  private fail(entry: Entry, problem: string): void {
    if (entry.exploration.status !== "running") return;
    entry.exploration.status = "failed";
    entry.exploration.problem = problem;
    this.tell(entry, entry.orders.length);
  }

  private tell({ exploration, orders }: Entry, from: number): void {
    for (const listener of this.listeners) listener({ exploration, from, orders: orders.slice(from) });
  }

  private checkLimits(owner: string): void {
    const running = [...this.entries.values()].filter(({ exploration }) => exploration.status === "running");
    if (running.some((entry) => entry.owner === owner))
      throw new PlaygroundError(429, "exploring", "You are exploring already; cancel it or wait for its end.", {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    if (running.length >= PER_SERVER)
      throw new PlaygroundError(
        429,
        "server_busy",
        `This server runs ${PER_SERVER} explorations at a time; try again in a moment.`,
        { retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
  }

  private entry(runId: string): Entry {
    const entry = this.entries.get(runId);
    if (!entry) throw new PlaygroundError(404, "unknown_exploration", "Nothing has been explored in this run yet.");
    return entry;
  }
}

/** The scenario with its race. @throws PlaygroundError 404 or 409 */
export function raceOf(run: Run, scenarioId: string): Scenario & { race: NonNullable<Scenario["race"]> } {
  const scenario = run.pattern.scenarios.find(({ id }) => id === scenarioId);
  if (!scenario) throw unknownThing("scenario", scenarioId);
  const { race } = scenario;
  if (!race)
    throw new PlaygroundError(
      409,
      "not_a_race",
      `"${scenario.title}" is told from outside: it has no actors whose order could be chosen.`,
    );
  if ((scenario.expect[run.variant.id] ?? "n/a") === "n/a")
    throw new PlaygroundError(409, "not_in_variant", `"${scenario.title}" has no meaning for "${run.variant.title}".`);
  return { ...scenario, race };
}
