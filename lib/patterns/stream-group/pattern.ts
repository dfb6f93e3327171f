import { z } from "zod";
import { definePattern, type FaultSpec } from "../../contract";
import { databaseFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import type { StreamParams } from "./jobs";
import { addManyWith } from "./many";
import * as maxlen from "./maxlen";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

const id = (what: string) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, `is not the id of ${what}`);
const consumer = id("a consumer").meta({ examples: ["mailer-1"] });
const group = id("a group").default("email-workers");
const producer = id("a producer").default("producer");
const type = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "is not the type of a job")
  .default("email");
/** An id of the stream as Redis takes it: milliseconds, with or without the number within them, or one of its two names. */
const streamId = z
  .string()
  .regex(/^(\d{1,16}(-\d{1,16})?|\$)$/, "is not an id of the stream (1790000000000-0, 0 or $)");

const count = z.int().nonnegative();
const attempts = { read: count, done: count, failed: count };
const turn = z.strictObject({ claimed: count.nullable(), ...attempts, buried: count.nullable() });

const crashConsumer: FaultSpec = {
  id: "crash-consumer",
  title: "Crash a consumer",
  summary:
    "The consumer's process dies, at once or after so many more of its commands and queries. What it has read stays pending in its name; it may be started again.",
  body: z.strictObject({ consumer, afterCommands: z.int().min(0).max(20).default(0) }),
};

export const pattern = definePattern<StreamParams, Parameters<typeof invariant.judge>[0]>({
  id: "stream-group",
  title: "Stream with a consumer group",
  family: "messaging",
  summary: "Every group gets each job; its consumers share them, and what is not acked is not lost.",
  database: true,
  params: [
    { id: "claimIdleMs", title: "Taken over after", unit: "ms", min: 100, max: 60_000, step: 100, default: 3000 },
    { id: "pollMs", title: "A turn every", unit: "ms", min: 20, max: 5000, step: 10, default: 500 },
    { id: "maxDeliveries", title: "Deliveries at most", unit: "", min: 1, max: 20, step: 1, default: 3 },
    { id: "retentionMs", title: "Kept for replay", unit: "ms", min: 1000, max: 600_000, step: 1000, default: 60_000 },
    { id: "maxLen", title: "Length of the cut", unit: "entries", min: 1, max: 100_000, step: 1, default: 1000 },
    { id: "databaseMs", title: "A job takes", unit: "ms", min: 0, max: 2000, step: 10, default: 200 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary:
        "The group begins at $, reads new entries, and acknowledges what succeeds. Nobody reads what is pending.",
      files: ["as-written.ts", "jobs.ts", "many.ts", "tables.sql"],
      actions: {
        add: asWritten.add,
        "add-many": addManyWith(false),
        "start-consumer": asWritten.startConsumer,
        "stop-consumer": asWritten.stopConsumer,
        replay: asWritten.replay,
      },
    },
    {
      id: "safe",
      title: "Safe",
      summary:
        "From 0, own pending first, XAUTOCLAIM for what idles, dead letters for what keeps failing, trimmed below what every group still needs.",
      files: [
        "safe.ts",
        "consuming.ts",
        "working.ts",
        "jobs.ts",
        "many.ts",
        "bury-safe-2.lua",
        "trim-safe-1.lua",
        "tables.sql",
      ],
      actions: {
        add: safe.add,
        "add-many": addManyWith(false),
        "start-consumer": safe.startConsumer,
        "stop-consumer": safe.stopConsumer,
        claim: safe.claim,
        replay: safe.replay,
      },
    },
    {
      id: "maxlen",
      title: "Safe, cut by MAXLEN",
      summary: "The same consumers on a stream that each XADD cuts to so many entries, whoever still needs them.",
      files: [
        "maxlen.ts",
        "safe.ts",
        "consuming.ts",
        "working.ts",
        "jobs.ts",
        "many.ts",
        "bury-safe-2.lua",
        "tables.sql",
      ],
      actions: {
        add: maxlen.add,
        "add-many": addManyWith(true),
        "start-consumer": maxlen.startConsumer,
        "stop-consumer": maxlen.stopConsumer,
        claim: maxlen.claim,
        replay: maxlen.replay,
      },
    },
  ],
  actions: [
    {
      id: "add",
      title: "Add",
      summary: "Appends a job to the stream. One of type poison cannot be done.",
      body: z.strictObject({ type, payload: z.string().min(1).max(2000).default("order 100"), producer }),
      result: z.strictObject({ id: z.string() }),
      actorField: "producer",
      primary: true,
    },
    {
      id: "start-consumer",
      title: "Start a consumer",
      summary:
        "It creates the group, if it is asked to, and works on its jobs, turn by turn, until it is stopped or dies.",
      body: z.strictObject({ consumer, group, createGroup: z.boolean().default(true) }),
      result: z.strictObject({ started: z.boolean(), own: count.nullable(), ...attempts }),
      actorField: "consumer",
    },
    {
      id: "stop-consumer",
      title: "Stop a consumer",
      summary: "The turn that is under way goes to its end, and no other one begins.",
      body: z.strictObject({ consumer, group }),
      result: z.strictObject({ stopped: z.boolean() }),
      actorField: "consumer",
    },
    {
      id: "claim",
      title: "Claim",
      summary: "Takes over, now, what has idled for longer than claimIdleMs, whoever had it.",
      body: z.strictObject({ consumer, group }),
      result: turn,
      actorField: "consumer",
    },
    {
      id: "replay",
      title: "Replay",
      summary: "Sets the group's cursor to this id: what comes after it is given out once more.",
      body: z.strictObject({ from: streamId.default("0"), group, operator: id("an operator").default("operator") }),
      result: z.strictObject({ group: z.string(), from: z.string() }),
      actorField: "operator",
    },
    {
      id: "add-many",
      title: "Add many",
      summary: "So many jobs at once, 500 in a write.",
      body: z.strictObject({ type, entries: z.int().min(2).max(100_000).default(1000), producer }),
      result: z.strictObject({ added: count }),
      actorField: "producer",
    },
  ],
  scenarios,
  faults: [crashConsumer, ...databaseFaults, ...redisFaults],
  invariant,
  trafficAction: "add",
});
