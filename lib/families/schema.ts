/** Faults that patterns of several families offer. With zod, so nothing that a stage may import. */
import { z } from "zod";
import type { FaultSpec } from "../contract";

export const redisFaults: FaultSpec[] = [
  {
    id: "kill-redis",
    title: "Kill Redis",
    summary: "kill -9 on the run's own redis-server.",
    body: z.strictObject({}),
  },
  {
    id: "restart-redis",
    title: "Restart Redis",
    summary:
      "Starts the run's redis-server again: empty, or with what its append-only file holds where the variant has one.",
    body: z.strictObject({}),
  },
];

/** @param who what the pattern calls whoever has an app server: "client", "service" */
export const crashClient = (who: string, id: z.ZodType<string>): FaultSpec => ({
  id: "crash-client",
  title: "Crash an app server",
  summary: `The app server of this ${who} dies once so many of its next commands have gone out; its next request finds a new one.`,
  body: z.strictObject({ client: id, afterCommands: z.int().min(0).max(20).default(1) }),
});

export const databaseFaults: FaultSpec[] = [
  {
    id: "fail-database",
    title: "Fail the database",
    summary: "Every query fails until the database is healed.",
    body: z.strictObject({}),
  },
  {
    id: "slow-database",
    title: "Slow the database down",
    summary: "Every query waits so much longer before PostgreSQL gets it, until the database is healed.",
    body: z.strictObject({ ms: z.int().min(1).max(5000).default(500) }),
  },
  {
    id: "heal-database",
    title: "Heal the database",
    summary: "Queries are answered again, at their usual speed.",
    body: z.strictObject({}),
  },
];

/** The cache that does not take what it is given. */
export const memoryFaults: FaultSpec[] = [
  {
    id: "fill-redis",
    title: "Fill Redis",
    summary: "Takes all memory from the run's Redis: it refuses every write that needs some, and evicts nothing.",
    body: z.strictObject({}),
  },
  {
    id: "free-redis",
    title: "Free Redis",
    summary: "Gives the run's Redis its memory back.",
    body: z.strictObject({}),
  },
];
