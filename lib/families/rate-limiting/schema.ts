/** The parts of a limiter's `pattern.ts` that all limiters share. With zod, so nothing that a stage may import. */
import { z } from "zod";
import type { ActionSpec, FaultSpec, ParamSpec } from "../../contract";
import { crashClient, redisFaults } from "../schema";

const clientId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a client id");
const HOUR_MS = 3_600_000;
const MAX_LIMIT = 1000;

/** @param costless variants that charge one unit, whatever it costs */
export function takeAction({
  limit,
  costless,
  summary,
  http,
}: {
  /** Id of the parameter that bounds the cost. */
  limit: string;
  costless: readonly string[];
  summary: string;
  http?: NonNullable<ActionSpec["http"]>;
}): ActionSpec {
  return {
    id: "take",
    title: "Take",
    summary,
    body: z.strictObject({ client: clientId, cost: z.int().min(1).max(MAX_LIMIT).default(1) }),
    result: z.strictObject({
      allowed: z.boolean(),
      limit: z.number(),
      remaining: z.number().nullable(),
      retryAfterMs: z.number().nullable(),
      resetMs: z.number().nullable(),
    }),
    actorField: "client",
    primary: true,
    ...(http ? { http } : {}),
    check({ cost }, params, variant) {
      const most = params[limit] ?? 0;
      if (typeof cost !== "number" || cost === 1) return null;
      if (cost > most) return { code: "invalid", field: "cost", message: `must be at most the ${limit}, ${most}` };
      if (!costless.includes(variant)) return null;
      return {
        code: "not_in_variant",
        field: "cost",
        message: "this variant counts every request as one, whatever it costs",
      };
    },
  };
}

export const windowParams: ParamSpec[] = [
  { id: "limit", title: "Limit", unit: "requests", min: 1, max: MAX_LIMIT, step: 1, default: 10, quota: "limit" },
  {
    id: "windowMs",
    title: "Window",
    unit: "ms",
    min: 100,
    max: HOUR_MS,
    step: 100,
    default: 10_000,
    quota: "windowMs",
  },
];

export const limiterFaults: FaultSpec[] = [
  {
    id: "skew-clock",
    title: "Skew a clock",
    summary: "Sets the clock of this client's app server so many ms ahead of the run's (negative: behind).",
    body: z.strictObject({ client: clientId, ms: z.int().min(-HOUR_MS).max(HOUR_MS) }),
  },
  crashClient("client", clientId),
  ...redisFaults,
];
