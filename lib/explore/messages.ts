/** What the server and an exploration's worker thread say to each other. */
import type { Exploration, ExploredOrder, Params, ShortestSchedule } from "../contract";
import type { LentDatabase } from "../database/databases";
import type { RedisServerSettings } from "../redis/redis-server";

/** workerData. */
export interface ExplorationTask {
  pattern: string;
  variant: string;
  params: Params;
  seed: number;
  scenario: string;
  maxSchedules: number;
  redis: RedisServerSettings;
  /** Null where the pattern has none. */
  database: LentDatabase | null;
}

export type ExplorationFacts = Pick<
  Exploration,
  "schedules" | "violating" | "notable" | "complete" | "strategy" | "text" | "alphabet" | "ms"
>;

export type ExplorationMessage =
  | { kind: "progress"; facts: ExplorationFacts; orders: ExploredOrder[] }
  | { kind: "done"; facts: ExplorationFacts; orders: ExploredOrder[]; shortest: ShortestSchedule | null }
  | { kind: "failed"; problem: string };
