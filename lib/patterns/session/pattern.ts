import { z } from "zod";
import { type ActionSpec, definePattern } from "../../contract";
import { crashClient, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as multi from "./multi";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import type { SessionParams } from "./session";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const userId = z
  .string()
  .regex(NAME, "is not a user id")
  .meta({ examples: ["ann"] });
/** Or its label: s1, s1·a1b2c3. */
const sessionId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._·-]{0,63}$/, "is neither a session id nor a label")
  .meta({ examples: ["s1"] });
const role = z.string().regex(NAME, "is not a role");
const clientId = z.string().regex(NAME, "is not a client id");
/** Whose browser it is: the lane of the request. */
const client = clientId.optional();
const MAX_TEXT = 200;
/** What the other fields are kept by. */
const KEPT = ["userId", "createdAt", "absoluteAt"];

const byClient: Pick<ActionSpec, "actorOf"> = {
  actorOf: (body) => (typeof body.client === "string" ? body.client : null),
};

export const pattern = definePattern<SessionParams, Parameters<typeof invariant.judge>[0]>({
  id: "session",
  title: "Session",
  family: "sessions",
  summary: "A login lasts for as long as it is used, but not for ever; and a logout ends it, wherever it is open.",
  params: [
    { id: "idleMs", title: "Idle limit", unit: "ms", min: 1000, max: 1_800_000, step: 1000, default: 15_000 },
    { id: "absoluteMs", title: "Absolute limit", unit: "ms", min: 1000, max: 86_400_000, step: 1000, default: 60_000 },
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "HSET, then EXPIRE; each use renews the TTL; a write puts back the whole hash that was read.",
      files: ["as-written.ts"],
      actions: {
        create: asWritten.create,
        get: asWritten.get,
        set: asWritten.set,
        destroy: asWritten.destroy,
      },
    },
    {
      id: "multi",
      title: "In one MULTI",
      summary: "Hash and TTL in one MULTI, one field per write: half of the faults are gone.",
      files: ["multi.ts"],
      actions: { create: multi.create, get: multi.get, set: multi.set, destroy: multi.destroy },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "Scripts on Redis' clock: two limits, writes only into what is there, an index per user, rotation.",
      files: [
        "safe.ts",
        "create-safe-2.lua",
        "get-safe-1.lua",
        "set-safe-1.lua",
        "destroy-safe-1.lua",
        "destroy-all-safe-1.lua",
        "rotate-safe-2.lua",
      ],
      actions: {
        create: safe.create,
        get: safe.get,
        set: safe.set,
        destroy: safe.destroy,
        "destroy-all": safe.destroyAll,
        rotate: safe.rotate,
      },
    },
  ],
  actions: [
    {
      id: "create",
      title: "Log in",
      summary: "Makes a session for this user, and answers its id: on the screen only its label.",
      body: z.strictObject({
        userId,
        email: z
          .email()
          .max(MAX_TEXT)
          .meta({ examples: ["ann@example.org"] }),
        role: role.meta({ examples: ["member"] }),
        ip: z.string().max(MAX_TEXT).default(""),
        userAgent: z.string().max(MAX_TEXT).default(""),
        client,
      }),
      result: z.strictObject({ sessionId: z.string() }),
      ...byClient,
      primary: true,
    },
    {
      id: "get",
      title: "Use",
      summary: "Reads the session, and touches it: its idle time begins anew.",
      body: z.strictObject({ sessionId, client }),
      result: z.strictObject({ session: z.record(z.string(), z.string()).nullable() }),
      ...byClient,
    },
    {
      id: "set",
      title: "Write a field",
      summary: "Writes one field of the session. The id stays, whatever the field: a role changes with Rotate.",
      body: z.strictObject({
        sessionId,
        field: z
          .string()
          .regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/, "is not the name of a field")
          .meta({ examples: ["cart"] }),
        value: z
          .string()
          .max(MAX_TEXT)
          .meta({ examples: ["1 book"] }),
        client,
      }),
      result: z.strictObject({ written: z.boolean() }),
      ...byClient,
      check: ({ field }) =>
        KEPT.includes(String(field))
          ? { code: "invalid", field: "field", message: `${String(field)} is what the session is kept by` }
          : null,
    },
    {
      id: "destroy",
      title: "Log out",
      summary: "Ends this one session.",
      body: z.strictObject({ sessionId, client }),
      result: z.strictObject({ destroyed: z.boolean() }),
      ...byClient,
    },
    {
      id: "destroy-all",
      title: "Log out everywhere",
      summary: "Ends every session of this user.",
      body: z.strictObject({ userId, client }),
      result: z.strictObject({ destroyed: z.int() }),
      ...byClient,
    },
    {
      id: "rotate",
      title: "Rotate",
      summary: "Gives the session a new id, and a new role if one is named. Who knows only the old id has nothing.",
      body: z.strictObject({ sessionId, role: role.optional(), client }),
      result: z.strictObject({ sessionId: z.string().nullable() }),
      ...byClient,
    },
  ],
  scenarios,
  faults: [crashClient("client", clientId), ...redisFaults],
  invariant,
  redact: {
    secret: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
    letter: "s",
    fields: ["sessionId"],
  },
});
