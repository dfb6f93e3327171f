import { z } from "zod";
import { definePattern } from "../../contract";
import { userRows } from "../../families/caching/user-rows";
import { crashClient, databaseFaults, memoryFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { WriteThroughParams } from "./user";
import * as versionInValue from "./version-in-value";

const writerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a writer id")
  .meta({ examples: ["app-1", "app-2", "import"] });
const userId = z
  .int()
  .min(1)
  .max(1_000_000)
  .meta({ examples: [1] });
const username = z
  .string()
  .regex(/^\P{C}{1,64}$/u, "must be 1 to 64 characters that can be shown")
  .meta({ examples: ["ann"] });

export const pattern = definePattern<WriteThroughParams, Parameters<typeof invariant.judge>[0]>({
  id: "write-through",
  title: "Write-through",
  family: "caching",
  summary: "Every write goes to the database and to the cache, so that readers find it there. The two must not part.",
  params: [
    {
      id: "ttlMs",
      title: "Row TTL",
      unit: "ms",
      min: 1000,
      max: 3_600_000,
      step: 1000,
      default: 5000,
    },
    { id: "databaseMs", title: "Database latency", unit: "ms", min: 0, max: 2000, step: 10, default: 80 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "UPDATE, then SETEX of what the caller sent: in whatever order two writers get there.",
      files: ["as-written.ts", "read.ts", "tables.sql"],
      actions: { update: asWritten.update, read: asWritten.read },
    },
    {
      id: "version-in-value",
      title: "Version in the value",
      summary: "Caches the row of UPDATE … RETURNING; a script keeps the newer by the version inside the cached value.",
      files: ["version-in-value.ts", "store-version-in-value-1.lua", "read.ts", "tables.sql"],
      actions: { update: versionInValue.update, read: versionInValue.read },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "The version has a key of its own, which outlives the row; a row that cannot be cached is deleted.",
      files: ["safe.ts", "store-safe-2.lua", "forget-safe-2.lua", "read.ts", "tables.sql"],
      actions: { update: safe.update, read: safe.read },
    },
  ],
  actions: [
    {
      id: "update",
      title: "Update",
      summary: "This writer gives the user another name: in the database first, then in the cache.",
      body: z.strictObject({ id: userId, username, writer: writerId.optional() }),
      result: z.strictObject({
        version: z.int().nullable(),
        cache: z.enum(["written", "kept-newer", "deleted", "none"]),
      }),
      actorField: "writer",
      primary: true,
    },
    {
      id: "read",
      title: "Read",
      summary: "Reads the user from the cache; on a miss from the database, and caches the row.",
      body: z.strictObject({ id: userId }),
      result: z.strictObject({
        source: z.enum(["cache", "database"]),
        value: z.record(z.string(), z.json()).nullable(),
        ms: z.number(),
      }),
    },
  ],
  scenarios,
  faults: [crashClient("writer", writerId), ...memoryFaults, ...databaseFaults, ...redisFaults],
  invariant,
  rows: userRows({ read: () => ({}), write: (by) => ({ writer: `app-${by + 1}` }) }, ["cache"]),
  database: true,
});
