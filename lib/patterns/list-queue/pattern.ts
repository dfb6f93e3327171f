import { z } from "zod";
import { definePattern } from "../../contract";
import { workerFaults } from "../../families/messaging/schema";
import { databaseFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import * as atLeastOnce from "./at-least-once";
import { invariant } from "./invariant";
import type { QueueParams } from "./job";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

const MAX_CROWD = 50;
const id = (what: string) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, `is not the id of a ${what}`);
const worker = id("worker").meta({ examples: ["w1", "w2", "w3"] });
const justWorker = z.strictObject({ worker });
/** Whole in the trace, together with what else a job carries. */
const payload = z.string().min(1).max(200).default("welcome ann");

const KEEPING = ["keeping.ts", "reaper.ts", "beat-safe-5.lua", "give-back-safe-5.lua"];

export const pattern = definePattern<QueueParams, Parameters<typeof invariant.judge>[0]>({
  id: "list-queue",
  title: "List queue",
  family: "messaging",
  summary: "Jobs wait in a list; workers take them out one by one, and one of the workers dies.",
  database: true,
  params: [
    { id: "workMs", title: "Work on a job", unit: "ms", min: 0, max: 20_000, step: 50, default: 1500 },
    { id: "blockMs", title: "Wait for a job", unit: "ms", min: 0, max: 30_000, step: 500, default: 5000 },
    { id: "heartbeatMs", title: "Heartbeat lasts", unit: "ms", min: 150, max: 60_000, step: 50, default: 3000 },
    { id: "maxAttempts", title: "Attempts", unit: "", min: 1, max: 10, step: 1, default: 3 },
    { id: "backoffMs", title: "Back-off", unit: "ms", min: 0, max: 60_000, step: 50, default: 500 },
    { id: "databaseMs", title: "Database latency", unit: "ms", min: 0, max: 2000, step: 10, default: 20 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "LPUSH and BRPOP. A job that was taken is nowhere but in its worker's memory.",
      files: ["as-written.ts", "job.ts", "send.ts", "tables.sql"],
      actions: {
        enqueue: asWritten.enqueue,
        "start-worker": asWritten.startWorker,
        "stop-worker": asWritten.stopWorker,
        work: asWritten.work,
      },
    },
    {
      id: "at-least-once",
      title: "At least once",
      summary: "BLMOVE keeps the job in a list of its worker until the work is done, and a reaper brings it back.",
      files: ["at-least-once.ts", ...KEEPING, "job.ts", "send.ts", "tables.sql"],
      actions: {
        enqueue: atLeastOnce.enqueue,
        "start-worker": atLeastOnce.startWorker,
        "stop-worker": atLeastOnce.stopWorker,
        work: atLeastOnce.work,
        reap: atLeastOnce.reap,
      },
      appendonly: "everysec",
    },
    {
      id: "safe",
      title: "Safe",
      summary: "Delivered at least once as well; the job's id is an idempotency key, so that its effect comes once.",
      files: ["safe.ts", ...KEEPING, "job.ts", "send-once.ts", "tables.sql"],
      actions: {
        enqueue: safe.enqueue,
        "start-worker": safe.startWorker,
        "stop-worker": safe.stopWorker,
        work: safe.work,
        reap: safe.reap,
      },
      appendonly: "everysec",
    },
  ],
  actions: [
    {
      id: "enqueue",
      title: "Enqueue",
      summary: "Adds a job to the queue. One whose payload says “poison” fails whoever works on it.",
      body: z.strictObject({ payload, producer: id("producer").default("producer") }),
      result: z.strictObject({ jobId: z.string(), depth: z.int() }),
      actorField: "producer",
      primary: true,
    },
    {
      id: "start-worker",
      title: "Start a worker",
      summary: "From now on it takes one job after another, until it is stopped or dies.",
      body: justWorker,
      result: z.strictObject({ started: z.boolean() }),
      actorField: "worker",
    },
    {
      id: "stop-worker",
      title: "Stop a worker",
      summary: "It ends what it has begun, the waiting for a job too, and takes no more.",
      body: justWorker,
      result: z.strictObject({ stopped: z.boolean() }),
      actorField: "worker",
    },
    {
      id: "crash-worker",
      title: "Crash a worker",
      summary: "Its process dies for good, in the middle of whatever it does: its connections are destroyed.",
      body: justWorker,
      result: z.strictObject({ crashed: z.boolean() }),
      pulls: { fault: "crash-worker", answer: { crashed: true } },
    },
    {
      id: "start-workers",
      title: "Start many workers",
      summary: "So many at once: w1, w2 and so on.",
      body: z.strictObject({ workers: z.int().min(2).max(MAX_CROWD).default(20) }),
      result: z.strictObject({ started: z.int(), failed: z.int() }),
      spread: {
        action: "start-worker",
        bodies: ({ workers }) => Array.from({ length: Number(workers) }, (_, i) => ({ worker: `w${i + 1}` })),
        sum: (values) => {
          const failed = values.filter((value) => value === null).length;
          return { started: values.length - failed, failed };
        },
      },
    },
    {
      id: "work",
      title: "Work once",
      summary: "One turn of a worker: it takes a job, if one comes, and works on it.",
      body: justWorker,
      result: z.strictObject({
        jobId: z.string().nullable(),
        effect: z.boolean().nullable(),
        removed: z.boolean().nullable(),
      }),
      actorField: "worker",
    },
    {
      id: "reap",
      title: "Reap",
      summary: "Looks after all workers at once: jobs of those that have no heartbeat get another attempt.",
      body: justWorker,
      result: z.strictObject({ returned: z.int(), dead: z.int() }),
      actorField: "worker",
    },
  ],
  scenarios,
  faults: [...workerFaults(worker), ...databaseFaults, ...redisFaults],
  invariant,
  trafficAction: "enqueue",
});
