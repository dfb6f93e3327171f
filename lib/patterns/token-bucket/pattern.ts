import { definePattern } from "../../contract";
import { takeTerms } from "../../families/rate-limiting/http";
import { limiterFaults, takeAction } from "../../families/rate-limiting/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as readThenWrite from "./read-then-write";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { BucketParams } from "./take";

export const pattern = definePattern<BucketParams, Parameters<typeof invariant.judge>[0]>({
  id: "token-bucket",
  title: "Token bucket",
  family: "rate-limiting",
  summary: "A bucket fills at a steady rate; each request takes a token out of it, or is denied when none is left.",
  params: [
    { id: "capacity", title: "Capacity", unit: "tokens", min: 1, max: 1000, step: 1, default: 10, quota: "limit" },
    {
      id: "refillPerSecond",
      title: "Refill",
      unit: "tokens/s",
      min: 0.1,
      max: 1000,
      step: 0.1,
      default: 1,
      quota: "perSecond",
    },
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
    takeAction({
      limit: "capacity",
      costless: ["as-written"],
      summary: "One request of this client: takes tokens out of its bucket, or is denied.",
      http: takeTerms<BucketParams>(({ capacity, refillPerSecond }) => ({
        limit: capacity,
        windowMs: (capacity / refillPerSecond) * 1000,
      })),
    }),
  ],
  scenarios,
  faults: limiterFaults,
  invariant,
  trafficAction: "take",
});
