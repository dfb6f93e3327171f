/** What the HTTP API takes: one zod schema per body and query, from which /api/openapi.json is made too. */
import { z } from "zod";
import { CHOICE } from "../choices";
import { MAX_CLIENTS } from "../comparison/schedule";
import { TRAFFIC_SHAPES } from "../contract";
import { MAX_SCHEDULES } from "../explore/schedule";
import { MAX_ARRIVALS } from "../run/traffic";

/** Clients, owners, workers and the like. */
const actorId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/i,
    "must be 1 to 64 letters, digits, '.', '_' or '-', and start with a letter or digit",
  );
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "must be lower-case letters, digits and '-'");
const params = z
  .record(z.string().max(64), z.number().min(-1e9).max(1e9))
  .refine((value) => Object.keys(value).length <= 32, "has too many entries");

export const createRun = z.strictObject({
  pattern: slug,
  variant: slug.optional(),
  params: params.optional(),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});

export const configureRun = z
  .strictObject({ variant: slug.optional(), params: params.optional() })
  .refine((value) => value.variant !== undefined || value.params !== undefined, "needs a variant or params");

export const startTraffic = z
  .strictObject({
    client: actorId,
    shape: z.enum(TRAFFIC_SHAPES),
    /** Requests per second, on average. */
    rate: z.number().min(0.1).max(20_000),
    /** 0 stops the client's traffic. */
    seconds: z.number().min(0).max(600),
    action: slug.optional(),
    body: z.record(z.string().max(64), z.json()).optional(),
  })
  .refine((value) => value.rate * value.seconds <= MAX_ARRIVALS, {
    message: `rate × seconds must be at most ${MAX_ARRIVALS} requests`,
    path: ["rate"],
  });

export const playScenario = z.strictObject({ pace: z.enum(["live", "fast"]).optional() });

/** The whole trace, as it is: nothing to choose. */
export const shareRun = z.strictObject({});

const comparedVariant = z.strictObject({ pattern: slug, variant: slug, params: params.optional() });
const MAX_COMPARED_ARRIVALS = 60_000;

export const createComparison = z.strictObject({
  variants: z.array(comparedVariant).min(2).max(5),
  arrivals: z
    .strictObject({
      shape: z.enum(TRAFFIC_SHAPES),
      /** Requests per second, on average, of all clients together. */
      rate: z.number().min(0.1).max(5000),
      seconds: z.number().min(0.1).max(60),
      clients: z.int().min(1).max(MAX_CLIENTS).default(1),
      /** Of each request. */
      cost: z.int().min(1).max(10).default(1),
    })
    .refine((value) => value.rate * value.seconds <= MAX_COMPARED_ARRIVALS, {
      message: `rate × seconds must be at most ${MAX_COMPARED_ARRIVALS} requests`,
      path: ["rate"],
    }),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});

const MAX_OPERATIONS = 30_000;

export const createWorkload = z.strictObject({
  strategies: z.array(comparedVariant).min(2).max(5),
  workload: z
    .strictObject({
      /** Operations per second, on average. */
      rate: z.number().min(1).max(1000).default(100),
      seconds: z.number().min(1).max(60).default(20),
      /** Share of the operations that write. */
      writeShare: z.number().min(0).max(1).default(0.1),
      keys: z.int().min(1).max(50).default(20),
      /** Exponent of Zipf's law; 0: all rows alike. */
      skew: z.number().min(0).max(3).default(1),
      /** Seconds after the start; null: no Redis is killed. */
      killAt: z.number().min(0).max(60).nullable().default(null),
    })
    .refine((value) => value.rate * value.seconds <= MAX_OPERATIONS, {
      message: `rate × seconds must be at most ${MAX_OPERATIONS} operations`,
      path: ["rate"],
    })
    .refine((value) => value.killAt === null || value.killAt <= value.seconds, {
      message: "must lie within the workload's seconds",
      path: ["killAt"],
    }),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});

const choice = z.string().regex(CHOICE, "must be an actor, tick, crash:<actor> or restart:<node>");
const ownCall = z.strictObject({ action: slug, body: z.record(z.string().max(64), z.json()).default({}) });

/** One of: a beginning (scenario or actors, with steps to take at once), or one step. */
export const takeStep = z
  .strictObject({
    scenario: slug.optional(),
    actors: z
      .record(actorId, z.array(ownCall).min(1).max(8))
      .refine((value) => Object.keys(value).length >= 2, "needs two actors at least")
      .refine((value) => Object.keys(value).length <= 6, "has more than six actors")
      .optional(),
    schedule: z.array(choice).max(200).optional(),
    actor: actorId.optional(),
    tick: z.literal(true).optional(),
    crash: actorId.optional(),
    /** A node of those that the race may restart. */
    restart: z.int().min(1).max(9).optional(),
  })
  .refine(
    ({ scenario, actors, actor, tick, crash, restart }) =>
      [scenario, actors, actor, tick, crash, restart].filter((given) => given !== undefined).length === 1,
    "needs one of scenario, actors, actor, tick, crash or restart",
  )
  .refine(
    ({ schedule, scenario, actors }) => schedule === undefined || scenario !== undefined || actors !== undefined,
    { message: "goes with scenario or actors", path: ["schedule"] },
  );

export const exploreScenario = z.strictObject({
  scenario: slug,
  /** Orders to run at most. */
  maxSchedules: z.int().min(1).max(MAX_SCHEDULES).optional(),
});
export const noBody = z.strictObject({});

/** Bodies of actions and faults are the pattern's own; this only says that they are objects. */
export const anyBody = z.record(z.string().max(64), z.json());

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
export const waitQuery = z.strictObject({ wait: flag.optional() });
/** http=true: a denial answers with HTTP's own status for it. */
export const actionQuery = z.strictObject({ http: flag.optional() });
const seq = z
  .string()
  .regex(/^\d{1,12}$/, "must be a whole number")
  .transform(Number);
export const traceQuery = z.strictObject({
  format: z.enum(["ndjson", "csv"]).default("ndjson"),
  from: seq.optional(),
  to: seq.optional(),
});
export const comparisonExportQuery = z.strictObject({ format: z.enum(["csv"]).default("csv") });
