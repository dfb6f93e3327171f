import { z } from "zod";
import { type Body, definePattern } from "../../contract";
import type { WireValue } from "../../events";
import { crashClient, databaseFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import type { WriteBehindParams } from "./bodies";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import * as takeThenAdd from "./take-then-add";

const actorId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not an id");
const pageId = z
  .int()
  .min(1)
  .max(100)
  .meta({ examples: [1] });
/** Which app server counts or asks; "you" when it is not said. */
const server = actorId.meta({ examples: ["web-1", "web-2"] }).optional();
const views = z.int().nonnegative();

export const pattern = definePattern<WriteBehindParams, Parameters<typeof invariant.judge>[0]>({
  id: "write-behind",
  title: "Write-behind",
  family: "caching",
  summary:
    "Redis counts page views at the speed of memory; the database is told later. Nothing may get lost on the way.",
  database: true,
  params: [
    {
      id: "databaseMs",
      title: "Database latency",
      unit: "ms",
      min: 0,
      max: 2000,
      step: 10,
      default: 80,
    },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "INCR; every 100th view writes the count to the database, and nobody waits for it.",
      files: ["as-written.ts", "tables.sql"],
      actions: { view: asWritten.view, read: asWritten.read },
    },
    {
      id: "take-then-add",
      title: "Take, then add",
      summary:
        "Redis holds what is still to be added; a flush takes it out and adds it to the database, and must not die in between.",
      files: ["take-then-add.ts", "tables.sql"],
      actions: { view: takeThenAdd.view, flush: takeThenAdd.flush, read: takeThenAdd.read },
      appendonly: "always",
    },
    {
      id: "safe",
      title: "Safe",
      summary:
        "A flush claims a batch, adds it together with the batch's id in one statement, and only then forgets it.",
      files: ["safe.ts", "claim-safe-2.lua", "forget-safe-2.lua", "read-safe-3.lua", "tables.sql"],
      actions: { view: safe.view, flush: safe.flush, read: safe.read },
      appendonly: "always",
    },
  ],
  actions: [
    {
      id: "view",
      title: "View",
      summary: "So many people look at this page.",
      body: z.strictObject({ pageId, count: z.int().min(1).max(1000).default(1), server }),
      result: z.strictObject({ views: views.nullable(), flushed: z.boolean() }),
      actorField: "server",
      primary: true,
    },
    {
      id: "flush",
      title: "Flush",
      summary:
        "Brings to the database what waits in Redis. As written has no flush of its own: only a 100th view tells the database.",
      body: z.strictObject({ flusher: actorId.default("flusher") }),
      result: z.strictObject({ batch: z.string().nullable(), views, added: z.boolean() }),
      actorField: "flusher",
    },
    {
      id: "read",
      title: "Read",
      summary: "How often has this page been viewed?",
      body: z.strictObject({ pageId, server }),
      result: z.strictObject({ source: z.enum(["cache", "database"]), views }),
      actorField: "server",
    },
  ],
  scenarios,
  faults: [
    {
      ...crashClient("client", actorId),
      title: "Crash a server",
      summary:
        "This app server, or the flusher, dies once so many of its next commands and queries have gone out; its next call finds a new one.",
    },
    ...redisFaults,
    ...databaseFaults,
  ],
  invariant,
  trafficAction: "view",
  rows: {
    read: (row, by) => ({ action: "read", body: { pageId: row, server: `app-${by + 1}` } }),
    write: (row, _n, by) => ({ action: "view", body: { pageId: row, count: 1, server: `app-${by + 1}` } }),
    seen: (value) => ({ n: Number(fieldOf(value, "views")), hit: fieldOf(value, "source") === "cache" }),
    settle: { action: "flush", body: {} },
    stored: "SELECT id AS row, views AS n FROM page_stats",
  },
});

const fieldOf = (value: WireValue, field: string): WireValue => (value as Body)[field] ?? null;
