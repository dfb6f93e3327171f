import { z } from "zod";
import { type Body, definePattern } from "../../contract";
import type { WireValue } from "../../events";
import { crashClient, databaseFaults, redisFaults } from "../../families/schema";
import * as around from "./around";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import type { CacheParams } from "./read";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

const userId = z.int().min(1).max(1_000_000).default(1);
const instanceId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not an instance id")
  .meta({ examples: ["app-1", "app-2", "app-3"] });
const user = z.strictObject({ id: z.int(), username: z.string(), email: z.string(), version: z.int() });

/** What a workload writes: the n-th change of a row. */
const WRITE = "write-";

export const pattern = definePattern<CacheParams, Parameters<typeof invariant.judge>[0]>({
  id: "cache-aside",
  title: "Cache-aside",
  family: "caching",
  summary: "Look into the cache first; on a miss read the database and keep the row for a while.",
  params: [
    { id: "ttlMs", title: "TTL", unit: "ms", min: 500, max: 60_000, step: 500, default: 5000 },
    { id: "databaseMs", title: "Database latency", unit: "ms", min: 0, max: 2000, step: 10, default: 80 },
    { id: "instances", title: "App instances", unit: "instances", min: 1, max: 40, step: 1, default: 20 },
    { id: "leaseMs", title: "Lease of a loader", unit: "ms", min: 100, max: 10_000, step: 100, default: 3000 },
    { id: "negativeMs", title: "TTL of a missing row", unit: "ms", min: 100, max: 10_000, step: 100, default: 1000 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "GET, and on a miss SELECT and SETEX: whoever misses goes to the database, however many they are.",
      files: ["as-written.ts", "around.ts", "tables.sql"],
      actions: { read: asWritten.read, update: around.update, expire: around.expire },
    },
    {
      id: "safe",
      title: "Safe",
      summary:
        "One loader per key by a lease, early refresh, TTLs that differ, and missing rows kept for a short while.",
      files: ["safe.ts", "lease-safe-2.lua", "fill-safe-2.lua", "fail-safe-1.lua", "around.ts", "tables.sql"],
      actions: { read: safe.read, update: around.update, expire: around.expire },
    },
  ],
  actions: [
    {
      id: "read",
      title: "Read",
      summary: "One app instance reads a user: from the cache, or else from the database.",
      body: z.strictObject({ id: userId, instance: instanceId.default("app-1") }),
      result: z.strictObject({ source: z.enum(["cache", "database"]), value: user.nullable(), ms: z.number() }),
      actorField: "instance",
      primary: true,
    },
    {
      id: "herd",
      title: "Herd",
      summary: "So many readers of one user at the same moment, spread over all app instances.",
      body: z.strictObject({ id: userId, readers: z.int().min(1).max(1000).default(500) }),
      result: z.strictObject({
        readers: z.int(),
        hits: z.int(),
        loads: z.int(),
        failed: z.int(),
        tookMs: z.int(),
      }),
      spread: {
        action: "read",
        bodies: ({ id = 1, readers }, { instances = 1 }) =>
          Array.from({ length: Number(readers) }, (_, n): Body => ({ id, instance: `app-${(n % instances) + 1}` })),
        sum: (values, ms) => ({ readers: values.length, ...sources(values), tookMs: Math.round(ms) }),
      },
    },
    {
      id: "update",
      title: "Update",
      summary: "Changes the row in the database, and nothing in the cache.",
      body: z.strictObject({ id: userId, username: z.string().min(1).max(60).default("renamed") }),
      result: z.strictObject({ version: z.int().nullable() }),
    },
    {
      id: "expire",
      title: "Expire",
      summary: "Ends the time of this user's key now.",
      body: z.strictObject({ id: userId }),
      result: z.strictObject({ expired: z.boolean() }),
    },
  ],
  scenarios,
  faults: [crashClient("instance", instanceId), ...databaseFaults, ...redisFaults],
  invariant,
  trafficAction: "read",
  rows: {
    read: (row, by) => ({ action: "read", body: { id: row, instance: `app-${by + 1}` } }),
    write: (row, n) => ({ action: "update", body: { id: row, username: `${WRITE}${n}` } }),
    seen: (value) => seen(value),
    stored: `SELECT id AS row, COALESCE(substring(username FROM '^${WRITE}([0-9]+)$')::integer, 0) AS n FROM users`,
  },
  database: true,
});

function sources(values: readonly WireValue[]): { hits: number; loads: number; failed: number } {
  const from = (source: string) => values.filter((value) => isRecord(value) && value.source === source).length;
  return { hits: from("cache"), loads: from("database"), failed: values.filter((value) => value === null).length };
}

function seen(value: WireValue): { n: number; hit: boolean } {
  if (!isRecord(value)) return { n: 0, hit: false };
  const name = isRecord(value.value) ? String(value.value.username) : "";
  return { n: name.startsWith(WRITE) ? Number(name.slice(WRITE.length)) : 0, hit: value.source === "cache" };
}

const isRecord = (value: WireValue | undefined): value is { [key: string]: WireValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
