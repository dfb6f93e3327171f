import { z } from "zod";
import { definePattern } from "../../contract";
import { userRows } from "../../families/caching/user-rows";
import { crashClient, databaseFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import * as clientTracking from "./client-tracking";
import { disconnect, reconnectWith } from "./connection";
import { invariant } from "./invariant";
import * as publish from "./publish";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { CacheParams } from "./users";

const serviceId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a service id")
  .meta({ examples: ["orders", "billing", "support"] });
const userId = z.int().min(1).max(1_000_000);
const username = z
  .string()
  .regex(/^\P{C}{1,64}$/u, "must be 1 to 64 characters that can be shown")
  .meta({ examples: ["ada"] });
const user = z.strictObject({ id: z.int(), username: z.string(), version: z.int() });
const version = z.int().nullable();

const serviceOf = (by: number) => ({ service: `app-${by + 1}` });

export const pattern = definePattern<CacheParams, Parameters<typeof invariant.judge>[0]>({
  id: "cache-invalidation",
  title: "Cache invalidation",
  family: "caching",
  summary: "A row changes: its copies, shared and in each service's own memory, have to go.",
  params: [
    { id: "ttlMs", title: "Time to live", unit: "ms", min: 500, max: 60_000, step: 100, default: 10_000 },
    { id: "staleBoundMs", title: "Stale at most", unit: "ms", min: 100, max: 10_000, step: 100, default: 1000 },
    { id: "databaseMs", title: "Database latency", unit: "ms", min: 0, max: 2000, step: 10, default: 80 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "UPDATE, then DEL the shared copy. Services keep none of their own.",
      files: ["as-written.ts", "users.ts", "tables.sql"],
      actions: { read: asWritten.read, update: asWritten.update },
    },
    {
      id: "publish",
      title: "Publish",
      summary: "UPDATE, then PUBLISH: each service drops its own copy. Nobody deletes the shared one.",
      files: ["publish.ts", "connection.ts", "users.ts", "tables.sql"],
      actions: {
        read: publish.read,
        update: publish.update,
        disconnect,
        reconnect: reconnectWith(publish.listen),
      },
    },
    {
      id: "safe",
      title: "Safe",
      summary:
        "One script deletes the copy and every lease to fill it; own copies are young, or nobody listens to them.",
      files: [
        "safe.ts",
        "read-safe-2.lua",
        "fill-safe-2.lua",
        "invalidate-safe-2.lua",
        "connection.ts",
        "users.ts",
        "tables.sql",
      ],
      actions: { read: safe.read, update: safe.update, disconnect, reconnect: reconnectWith(safe.listen) },
    },
    {
      id: "client-tracking",
      title: "Client tracking",
      summary: "Redis itself remembers who has read what, and tells each service's second connection when it changes.",
      files: ["client-tracking.ts", "read-safe-2.lua", "fill-safe-2.lua", "connection.ts", "users.ts", "tables.sql"],
      actions: {
        read: clientTracking.read,
        update: clientTracking.update,
        disconnect,
        reconnect: reconnectWith(clientTracking.listen),
      },
    },
  ],
  actions: [
    {
      id: "read",
      title: "Read",
      summary: "This service reads a user: from its own copy, the shared one, or the database.",
      // Traffic names no row.
      body: z.strictObject({ service: serviceId, id: userId.default(1) }),
      result: z.strictObject({
        source: z.enum(["local", "cache", "database"]),
        value: user.nullable(),
        version,
        ms: z.number(),
      }),
      actorField: "service",
      primary: true,
    },
    {
      id: "update",
      title: "Rename",
      summary: "Changes the row, then invalidates its copies.",
      body: z.strictObject({
        id: userId.meta({ examples: [1] }),
        username,
        service: serviceId.default("admin"),
      }),
      result: z.strictObject({ version }),
      actorField: "service",
    },
    {
      id: "disconnect",
      title: "Cut off",
      summary: "The network takes this service's listening connection away.",
      body: z.strictObject({ service: serviceId }),
      result: z.strictObject({ listening: z.boolean() }),
      actorField: "service",
    },
    {
      id: "reconnect",
      title: "Reconnect",
      summary: "The network is back: the service listens again.",
      body: z.strictObject({ service: serviceId }),
      result: z.strictObject({ listening: z.boolean() }),
      actorField: "service",
    },
  ],
  scenarios,
  faults: [crashClient("service", serviceId), ...redisFaults, ...databaseFaults],
  invariant,
  rows: userRows({ read: serviceOf, write: serviceOf }, ["local", "cache"]),
  trafficAction: "read",
  database: true,
});
