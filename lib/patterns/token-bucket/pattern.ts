import { z } from "zod";
import { definePattern } from "../../contract";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as readThenWrite from "./read-then-write";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { BucketParams } from "./take";

const clientId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a client id");
const HOUR_MS = 3_600_000;

export const pattern = definePattern<BucketParams, Parameters<typeof invariant.judge>[0]>({
  id: "token-bucket",
  title: "Token bucket",
  family: "rate-limiting",
  summary: "A bucket fills at a steady rate; each request takes a token out of it, or is denied when none is left.",
  params: [
    { id: "capacity", title: "Capacity", unit: "tokens", min: 1, max: 1000, step: 1, default: 10 },
    { id: "refillPerSecond", title: "Refill", unit: "tokens/s", min: 0.1, max: 1000, step: 0.1, default: 1 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "One Lua script, but whole seconds of the app server's clock, rounded down at every refill.",
      files: ["as-written.ts", "take-as-written-1.lua"],
      actions: { take: asWritten.take },
    },
    {
      id: "read-then-write",
      title: "Read, then write",
      summary: "The arithmetic in the app server: HMGET, decide, HSET. Two requests can spend the same token.",
      files: ["read-then-write.ts"],
      actions: { take: readThenWrite.take },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "One Lua script on Redis' own clock in microseconds, with fractions of tokens and a time to wait.",
      files: ["safe.ts", "take-safe-1.lua"],
      actions: { take: safe.take },
    },
  ],
  actions: [
    {
      id: "take",
      title: "Take",
      summary: "One request of this client: takes tokens out of its bucket, or is denied.",
      body: z.strictObject({ client: clientId, cost: z.int().min(1).max(1000).default(1) }),
      result: z.strictObject({
        allowed: z.boolean(),
        limit: z.number(),
        remaining: z.number(),
        retryAfterMs: z.number().nullable(),
        resetMs: z.number().nullable(),
      }),
      actorField: "client",
      primary: true,
      check({ cost }, { capacity = 0 }, variant) {
        if (typeof cost !== "number" || cost === 1) return null;
        if (cost > capacity)
          return { code: "invalid", field: "cost", message: `must be at most the capacity, ${capacity}` };
        if (variant !== "as-written") return null;
        return {
          code: "not_in_variant",
          field: "cost",
          message: "the notes' script takes one token, whatever it costs",
        };
      },
    },
  ],
  scenarios,
  faults: [
    {
      id: "skew-clock",
      title: "Skew a clock",
      summary: "Sets the clock of this client's app server so many ms ahead of the run's (negative: behind).",
      body: z.strictObject({ client: clientId, ms: z.int().min(-HOUR_MS).max(HOUR_MS) }),
    },
    {
      id: "kill-redis",
      title: "Kill Redis",
      summary: "kill -9 on the run's own redis-server.",
      body: z.strictObject({}),
    },
    {
      id: "restart-redis",
      title: "Restart Redis",
      summary: "Starts the run's redis-server again, empty: it keeps nothing on disk.",
      body: z.strictObject({}),
    },
  ],
  invariant,
  trafficAction: "take",
});
