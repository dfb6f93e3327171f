/** What the HTTP API takes: one zod schema per body and query, from which /api/openapi.json is made too. */
import { z } from "zod";
import { TRAFFIC_SHAPES } from "../contract";
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

/** Bodies of actions and faults are the pattern's own; this only says that they are objects. */
export const anyBody = z.record(z.string().max(64), z.json());

const flag = z.enum(["true", "false"]).transform((value) => value === "true");
export const scenarioQuery = z.strictObject({ wait: flag.optional() });
const seq = z
  .string()
  .regex(/^\d{1,12}$/, "must be a whole number")
  .transform(Number);
export const traceQuery = z.strictObject({
  format: z.enum(["ndjson", "csv"]).default("ndjson"),
  from: seq.optional(),
  to: seq.optional(),
});
export const noQuery = z.strictObject({});
