/**
 * Everything that can happen in a run, as one zod union, and the two socket.io event maps.
 *
 * A run's trace is a list of these events. Server and browser share this file; the browser imports *types only*, so that
 * zod stays out of the first load (it loads the schemas lazily when it reads a dropped-in file).
 */
import { z } from "zod";
import type { ComparisonBatch, Exploration, ExploredOrder } from "./contract";

/** A value as it is kept in the trace: what Redis answered, with long strings and lists cut (see `lib/run/wire-value.ts`). */
export type WireValue = string | number | boolean | null | WireValue[] | { [key: string]: WireValue };
const wireValue: z.ZodType<WireValue> = z.json();

/** Where in a shown pattern file a command was sent. `path` from the repository root, `line` from 1. */
const sourceLine = z.object({ path: z.string(), line: z.int().positive() });

/** A span of server time, in µs since the Unix epoch on the run's clock. `lo === hi` when MONITOR gave the exact moment. */
const span = z.tuple([z.number(), z.number()]);

/** Which of the run's independent nodes, from 1; absent: the run's own Redis. */
const node = z.int().positive().optional();

const base = {
  /** Position in the trace, from 1, without holes. */
  seq: z.int().nonnegative(),
  /** When the recorder saw it: µs since the Unix epoch on the run's own clock (which may be ahead of the wall clock). Never falls within an epoch. */
  atUs: z.number(),
  /**
   * Grows by one whenever the verdict starts afresh: reset, other variant, other parameters, a Redis that came back empty
   * (one that has loaded what it kept goes on).
   */
  epoch: z.int().nonnegative(),
};

const runEvent = z.object({
  ...base,
  type: z.literal("run"),
  /** `persistence`: Redis keeps what it holds in another way from here on. */
  status: z.enum(["started", "reset", "configured", "persistence", "redis-down", "redis-up", "ended"]),
  pattern: z.string(),
  variant: z.string(),
  params: z.record(z.string(), wireValue),
  seed: z.number(),
  /** What its Redis keeps on disk; absent in traces of an older version, which kept nothing. */
  appendonly: z.enum(["no", "everysec", "always"]).optional(),
  text: z.string(),
});

const scenarioEvent = z.object({
  ...base,
  type: z.literal("scenario"),
  scenario: z.string(),
  status: z.enum(["started", "ended", "failed"]),
  pace: z.enum(["live", "fast"]),
  text: z.string(),
});

const trafficEvent = z.object({
  ...base,
  type: z.literal("traffic"),
  status: z.enum(["started", "ended"]),
  client: z.string(),
  shape: z.string(),
  rate: z.number(),
  seconds: z.number(),
});

const actorEvent = z.object({
  ...base,
  type: z.literal("actor"),
  actor: z.string(),
  /** Order of first appearance in the run, from 0: picks the actor's colour and shape, the same everywhere. */
  index: z.int().nonnegative(),
  status: z.enum(["connected", "closed", "crashed", "held", "released"]),
  /** Why, where Redis says so: it has closed the connection by itself. */
  text: z.string().optional(),
});

const commandEvent = z.object({
  ...base,
  type: z.literal("command"),
  actor: z.string(),
  /** Which action call sent it (`result.action`); null for commands of no action. */
  action: z.int().nullable(),
  /** Upper case, as sent: `HMGET`, `EVALSHA`, `MULTI`. */
  name: z.string(),
  args: z.array(z.string()),
  node,
  /** File name of the Lua script that an EVAL or EVALSHA ran: `take-safe-1.lua`. */
  script: z.string().optional(),
  /** Commands that went out in one write: MULTI…EXEC or a pipeline. */
  batch: z.object({ id: z.int(), kind: z.enum(["multi", "pipeline"]), index: z.int() }).optional(),
  source: sourceLine.optional(),
});

const replyEvent = z.object({
  ...base,
  type: z.literal("reply"),
  /** `seq` of the command event. */
  ref: z.int(),
  actor: z.string(),
  node,
  value: wireValue.optional(),
  error: z.string().optional(),
  /** From write to reply in this process, µs. */
  latencyUs: z.number(),
  /** Position in the order in which Redis executed commands (MONITOR), from 1; null when MONITOR was not watching. */
  serverOrder: z.int().nullable(),
  /** When Redis executed it: exact from MONITOR, otherwise between send and reply. */
  serverUs: span,
  /** Commands that a script ran inside Redis, as MONITOR shows them. */
  inner: z.array(z.array(z.string())).optional(),
});

const keyEvent = z.object({
  ...base,
  type: z.literal("key"),
  /** The keyspace notification's own name, which is not the command's: `hset`, `incrby`, `expired`. */
  event: z.string(),
  key: z.string(),
  node,
});

/** An actor has heard a message on its listening connection. */
const messageEvent = z.object({
  ...base,
  type: z.literal("message"),
  /** The lane of the listening connection: see `ownerOf` in `lib/contract.ts`. */
  actor: z.string(),
  channel: z.string(),
  /** Null: Redis invalidates everything. */
  message: z.string().nullable(),
  /** Of a pattern subscription: the pattern that the channel matched. */
  pattern: z.string().optional(),
});

/** What an actor's process remembers between its actions, after that has changed. Gone with the process: nothing. */
const memoryEvent = z.object({
  ...base,
  type: z.literal("memory"),
  actor: z.string(),
  /** The first 50 entries. */
  entries: z.record(z.string(), wireValue),
});

/** A query has passed the gate. */
const queryEvent = z.object({
  ...base,
  type: z.literal("query"),
  actor: z.string(),
  action: z.int().nullable(),
  /** As the pattern wrote it, white space joined. */
  sql: z.string(),
  values: z.array(wireValue),
  /** Artificial latency: what it waits before PostgreSQL gets it, ms. Absent: none. */
  injectedMs: z.number().optional(),
  source: sourceLine.optional(),
});

const rowsEvent = z.object({
  ...base,
  type: z.literal("rows"),
  /** `seq` of the query event. */
  ref: z.int(),
  actor: z.string(),
  /** The first ones. */
  rows: z.array(z.record(z.string(), wireValue)).optional(),
  /** How many there were: rows answered or, of a change that answers none, rows changed. */
  count: z.int().optional(),
  error: z.string().optional(),
  /** PostgreSQL's own time and the way there, µs; without what was injected. */
  latencyUs: z.number(),
});

const resultEvent = z.object({
  ...base,
  type: z.literal("result"),
  actor: z.string(),
  /** Number of the action call in the run, from 1. */
  action: z.int(),
  name: z.string(),
  body: z.record(z.string(), wireValue),
  value: wireValue.optional(),
  error: z.string().optional(),
  /** Server time of the action's last command: the moment that counts for a verdict. Null when it sent none. */
  decidedUs: span.nullable(),
  /** When the pattern's code began, µs on the run's clock. */
  startedUs: z.number().optional(),
  ms: z.number(),
});

/** One key as an observer connection outside the gate saw it. */
const observedKey = z.object({
  key: z.string(),
  node,
  /** Redis' TYPE; "none" when it is not there. */
  kind: z.string(),
  /** Redis' own PTTL: ms left, -1 without a TTL, -2 absent. */
  ttlMs: z.number(),
  /** How many items it has, of which `value` shows the first ones; absent for strings. */
  length: z.int().optional(),
  /** MEMORY USAGE. */
  bytes: z.number().optional(),
  value: wireValue.optional(),
});
/** A table of the run's schema as a connection outside the gate saw it: its first rows by its first column. */
const observedTable = z.object({
  table: z.string(),
  count: z.int(),
  rows: z.array(z.record(z.string(), wireValue)),
});
const observationEvent = z.object({
  ...base,
  type: z.literal("observation"),
  keys: z.array(observedKey),
  /** After a change in the database; absent where only keys were looked at. */
  tables: z.array(observedTable).optional(),
  /**
   * `seq` of the last event when the look began: what was answered by then is in what was seen, and what was sent after it may
   * be or not. Absent when that is not known.
   */
  since: z.int().nonnegative().optional(),
});

const faultEvent = z.object({
  ...base,
  type: z.literal("fault"),
  fault: z.string(),
  target: z.string(),
  node,
  ms: z.number().optional(),
  /** A person pulled it, or a scenario did. */
  by: z.enum(["person", "scenario"]),
  text: z.string(),
});

const clockEvent = z.object({
  ...base,
  type: z.literal("clock"),
  /** How far the run's clock is ahead of the wall clock after this, µs. */
  offsetUs: z.number(),
  deltaUs: z.number(),
  reason: z.string(),
});

/** A stepped run after a step: what was chosen, and what stands at the gate now. */
const stepEvent = z.object({
  ...base,
  type: z.literal("step"),
  /** `A`, `tick` or `crash:A`; empty before the first step. */
  choice: z.string(),
  text: z.string(),
  /** All steps so far, this one included. */
  schedule: z.array(z.string()),
  choices: z.array(z.string()),
  gate: z.array(
    z.object({
      actor: z.string(),
      status: z.enum(["waiting", "asleep", "blocked", "done", "crashed"]),
      commands: z.array(z.string()),
      dueUs: z.number().nullable(),
    }),
  ),
});

const violation = z.object({ seq: z.int(), text: z.string() });
const verdictEvent = z.object({
  ...base,
  type: z.literal("verdict"),
  invariant: z.string(),
  holds: z.boolean().nullable(),
  text: z.string(),
  violations: z.array(violation),
  metrics: z.record(z.string(), z.number()),
  /** Commands to Redis and to the database that it has seen. */
  checked: z.int(),
});

/** What cannot be shown event by event: dropped by the bound, missed by an observer, or skipped for a late joiner. */
const gapEvent = z.object({
  ...base,
  type: z.literal("gap"),
  reason: z.enum(["dropped", "joined-late", "observers-thinned", "observers-back", "notifications-lost"]),
  /** First and last event that it stands for; equal to its own seq when it stands for none. */
  fromSeq: z.int(),
  toSeq: z.int(),
  text: z.string(),
  /** Stage state after `toSeq`, when the gap stands for events. */
  state: wireValue.optional(),
  verdict: wireValue.optional(),
});

/** What a watcher gets instead of raw events above 10,000 events/s. Never stored in the trace. */
const frameEvent = z.object({
  ...base,
  type: z.literal("frame"),
  fromSeq: z.int(),
  toSeq: z.int(),
  counts: z.record(z.string(), z.number()),
  state: wireValue,
  verdict: verdictEvent.nullable(),
});

export const runEventSchema = z.discriminatedUnion("type", [
  runEvent,
  scenarioEvent,
  trafficEvent,
  actorEvent,
  commandEvent,
  replyEvent,
  keyEvent,
  messageEvent,
  memoryEvent,
  queryEvent,
  rowsEvent,
  resultEvent,
  observationEvent,
  faultEvent,
  clockEvent,
  stepEvent,
  verdictEvent,
  gapEvent,
  frameEvent,
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
/** An event before the trace has numbered and dated it. */
export type NewEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, keyof typeof base> : never) : never;
export type Verdict = Pick<EventOf<"verdict">, "invariant" | "holds" | "text" | "violations" | "metrics" | "checked">;

/** Ids of runs are 128 random bits or more, base64url. */
const runIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/, "is not a run id");

export const watchSchema = z.strictObject({ runId: runIdSchema, fromSeq: z.int().min(1).max(1e12).default(1) });
export const unwatchSchema = z.strictObject({ runId: runIdSchema });
/** `seq` null: the owner is at the live edge. */
export const playheadSchema = z.strictObject({ runId: runIdSchema, seq: z.int().min(0).max(1e12).nullable() });

const comparisonIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/, "is not a comparison id");
export const watchComparisonSchema = z.strictObject({
  comparisonId: comparisonIdSchema,
  /** First arrival that the watcher lacks. */
  from: z.int().min(0).max(1e12).default(0),
});
export const unwatchComparisonSchema = z.strictObject({ comparisonId: comparisonIdSchema });

export type SocketError = { error: { code: string; message: string } };

/** verb in */
export interface ClientToServerEvents {
  "run:watch": (
    message: z.input<typeof watchSchema>,
    ack: (answer: { seq: number; nowUs: number; frozen: boolean; owner: boolean } | SocketError) => void,
  ) => void;
  "run:unwatch": (message: z.input<typeof unwatchSchema>) => void;
  "run:playhead": (message: z.input<typeof playheadSchema>, ack?: (answer: { ok: true } | SocketError) => void) => void;
  "comparison:watch": (
    message: z.input<typeof watchComparisonSchema>,
    ack: (answer: { ok: true } | SocketError) => void,
  ) => void;
  "comparison:unwatch": (message: z.input<typeof unwatchComparisonSchema>) => void;
}

/** past tense or noun out */
export interface ServerToClientEvents {
  /** Consecutive events; `nowUs` is the run's clock when they were sent, `frozen` whether that clock stands still (pace fast). */
  "run:events": (batch: { runId: string; nowUs: number; frozen: boolean; events: RunEvent[] }) => void;
  "run:playhead": (message: { runId: string; seq: number | null }) => void;
  "run:ended": (message: { runId: string; reason: string }) => void;
  /** To who watches the run: how its exploration stands, and the orders that came since the last message (`from` is the first one's number). */
  "explore:progress": (message: { exploration: Exploration; from: number; orders: ExploredOrder[] }) => void;
  /** At most ten a second; contiguous, so that a watcher who knows how many it has misses none. */
  "comparison:answered": (batch: ComparisonBatch) => void;
}
