/** A workload: the same reads and writes at the same instants for several caching strategies, each a run of its own. */
import { Feeder } from "../comparison/feeder";
import type { Shelved } from "../comparison/shelf";
import type { StrategyFacts, Workload as WorkloadSettings, WorkloadView } from "../contract";
import type { OwnedRun } from "../run/service";
import { type WorkloadSchedule, workloadSchedule } from "./schedule";
import { Strategy } from "./strategy";

const BUCKET_MS = 500;
const SAMPLE_EVERY_MS = 125;
/** How often what a strategy holds back is sent to the database. */
const SETTLE_EVERY_MS = 1000;
/** Whoever has not answered so long after the last operation does not count any more. */
const ANSWER_LIMIT_MS = 10_000;

export interface WorkloadRequestChecked {
  id: string;
  owner: string;
  seed: number;
  workload: WorkloadSettings;
  runs: readonly OwnedRun[];
}

export class Workload implements Shelved {
  readonly id: string;
  readonly owner: string;
  readonly seed: number;
  readonly workload: WorkloadSettings;
  readonly runs: readonly OwnedRun[];
  /** Resolves when it is done or has been ended. */
  readonly over: Promise<void>;
  status: WorkloadView["status"] = "waiting";
  private readonly schedule: WorkloadSchedule;
  private readonly strategies: readonly Strategy[];
  private readonly feeder: Feeder;
  private readonly asked: Promise<void>[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private killing: Promise<unknown> = Promise.resolve();
  private lastMs = 0;
  private facts: StrategyFacts[] | null = null;
  private tellOver = () => {};

  constructor({ id, owner, seed, workload, runs }: WorkloadRequestChecked) {
    this.id = id;
    this.owner = owner;
    this.seed = seed;
    this.workload = workload;
    this.runs = runs;
    this.schedule = workloadSchedule(workload, seed);
    this.feeder = new Feeder(this.schedule.atMs, (n) => this.send(n));
    this.strategies = runs.map((owned) => new Strategy(owned, runs.length, BUCKET_MS, () => this.feeder.elapsedMs));
    this.over = new Promise((resolve) => {
      this.tellOver = resolve;
    });
  }

  get isOver(): boolean {
    return this.status === "done" || this.status === "ended";
  }

  /** Opens the connections, then lets the operations come. Resolves when the first one is due. */
  async start(): Promise<void> {
    await Promise.allSettled(this.strategies.map((strategy) => strategy.connect()));
    if (this.isOver) return;
    this.status = "running";
    this.feeder.start();
    this.every(SAMPLE_EVERY_MS, () => this.look());
    this.every(SETTLE_EVERY_MS, () => {
      for (const strategy of this.strategies) void strategy.settle();
    });
    const { killAt } = this.workload;
    if (killAt !== null) this.killing = this.killAfter(killAt * 1000);
    if (this.schedule.atMs.length === 0) void this.conclude();
  }

  end(): void {
    this.finish("ended");
  }

  view(): Omit<WorkloadView, "owner"> {
    return {
      workloadId: this.id,
      seed: this.seed,
      workload: this.workload,
      status: this.status,
      elapsedMs: Math.round(this.status === "running" ? this.feeder.elapsedMs : this.lastMs),
      total: this.schedule.atMs.length,
      sent: this.feeder.sent,
      bucketMs: BUCKET_MS,
      // Once it is over they stay as they were: the runs are their owner's again, and may change.
      strategies: this.facts ?? this.strategies.map((strategy) => strategy.facts()),
    };
  }

  /** One operation to all, in one turn of the event loop; each is first in its turn. */
  private send(n: number): void {
    const { rows, writes, by } = this.schedule;
    const { strategies } = this;
    const [row, write, instance] = [rows[n] as number, writes[n] === 1, by[n] as number];
    for (let turn = 0; turn < strategies.length; turn++)
      this.asked.push((strategies[(n + turn) % strategies.length] as Strategy).ask(row, write, instance));
    if (n + 1 === this.schedule.atMs.length) void this.conclude();
  }

  private look(): void {
    for (const strategy of this.strategies) strategy.sample();
  }

  private async killAfter(ms: number): Promise<void> {
    const due = new Promise((resolve) => {
      this.timers.push(setTimeout(resolve, ms));
    });
    await Promise.race([due, this.over]);
    // A run that has been ended meanwhile cannot be killed any more; the workload ends with it.
    if (!this.isOver) await Promise.allSettled(this.strategies.map((strategy) => strategy.kill()));
  }

  private async conclude(): Promise<void> {
    await this.killing; // it may be due after the last operation
    await withinLimit(Promise.all(this.asked));
    if (this.isOver) return;
    // It has lasted as long as it was to last, though its last operation may have been answered before.
    this.lastMs = Math.max(this.feeder.elapsedMs, this.workload.seconds * 1000);
    this.status = "counting";
    this.stopTimers();
    await Promise.allSettled(
      this.strategies.map((strategy) => withinLimit(strategy.conclude(this.workload.seconds * 1000))),
    );
    this.finish("done");
  }

  private finish(status: "done" | "ended"): void {
    if (this.isOver) return;
    this.facts = this.strategies.map((strategy) => strategy.facts());
    if (this.lastMs === 0) this.lastMs = this.feeder.elapsedMs;
    this.status = status;
    this.feeder.stop();
    this.asked.length = 0;
    this.stopTimers();
    for (const strategy of this.strategies) strategy.release();
    this.tellOver();
  }

  private every(ms: number, work: () => void): void {
    this.timers.push(setInterval(work, ms));
  }

  private stopTimers(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
  }
}

async function withinLimit(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ANSWER_LIMIT_MS);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
