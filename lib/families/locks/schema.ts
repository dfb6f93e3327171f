/** The parts of a lock's `pattern.ts` that the family shares. With zod, so nothing that a stage may import. */
import { z } from "zod";
import type { ActionSpec, FaultSpec, ParamSpec } from "../../contract";
import { AMOUNT, fenceOf, holderOf, RESOURCE } from "./lock";

const id = (what: string) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, `is not the id of ${what}`);
const ownerId = id("an owner");
const resource = id("a resource").default(RESOURCE);
const token = z.string().min(1).max(200);
const ttlMs = z.int().min(50).max(600_000).optional();
/** Balances stay exact. */
const MAX_AMOUNT = 1_000_000;
const MAX_PAUSE_MS = 60_000;

/** Who had the token releases it, whoever asks. */
const asHolder = { actorOf: (body: Record<string, unknown>) => holderOf(body.token) };

/**
 * The actions of every lock, in the order in which they are shown.
 * @param fenced variants whose row asks for a fencing token
 * @param more fields that a pattern adds to what `acquire` and `work` answer
 */
export function lockActions(fenced: readonly string[], more: z.ZodRawShape = {}): ActionSpec[] {
  const acquired = {
    acquired: z.boolean(),
    token: z.string().nullable(),
    fencingToken: z.int().nullable(),
    ...more,
  };
  return [
    {
      id: "work",
      title: "Work under the lock",
      summary: "Waits for the lock, works for so long, adds to the protected row, and releases the lock.",
      body: z.strictObject({ resource, owner: ownerId, ms: z.int().min(0).max(120_000).default(1000) }),
      result: z.strictObject({
        ...acquired,
        accepted: z.boolean().nullable(),
        balance: z.number().nullable(),
        released: z.boolean().nullable(),
        attempts: z.int(),
      }),
      actorField: "owner",
      primary: true,
    },
    {
      id: "acquire",
      title: "Acquire",
      summary: "Asks once for the lock; who gets it is given a token.",
      body: z.strictObject({ resource, owner: ownerId, ttlMs }),
      result: z.strictObject(acquired),
      actorField: "owner",
    },
    {
      id: "write",
      title: "Write",
      summary: "Reads the protected row, adds to what it read and writes the sum back: two statements.",
      body: z.strictObject({
        resource,
        owner: ownerId,
        token: z.union([token, z.int().min(1)]),
        amount: z.int().min(1).max(MAX_AMOUNT).default(AMOUNT),
      }),
      result: z.strictObject({
        accepted: z.boolean(),
        balance: z.number().nullable(),
        rejectedAt: z.enum(["read", "write"]).nullable(),
      }),
      actorField: "owner",
      check({ token }, _params, variant) {
        if (!fenced.includes(variant) || fenceOf(token) > 0) return null;
        return {
          code: "invalid",
          field: "token",
          message: "carries no fencing token: a number, or a lock's token that ends in one",
        };
      },
    },
    {
      id: "extend",
      title: "Extend",
      summary: "Lengthens the lease, if the lock is still this token's.",
      body: z.strictObject({ resource, token, ttlMs }),
      result: z.strictObject({ extended: z.boolean(), ttlMs: z.number().nullable() }),
      ...asHolder,
    },
    {
      id: "release",
      title: "Release",
      summary: "Gives the lock back, if it is still this token's.",
      body: z.strictObject({ resource, token }),
      result: z.strictObject({ released: z.boolean() }),
      ...asHolder,
    },
  ];
}

export const ttlParam: ParamSpec = {
  id: "ttlMs",
  title: "Lease",
  unit: "ms",
  min: 100,
  max: 60_000,
  step: 100,
  default: 5000,
};

export const waitParam: ParamSpec = {
  id: "waitMs",
  title: "Wait for a lock",
  unit: "ms",
  min: 0,
  max: 60_000,
  step: 500,
  default: 10_000,
};

export const retryParam: ParamSpec = {
  id: "retryMs",
  title: "Ask again after",
  unit: "ms",
  min: 10,
  max: 5000,
  step: 10,
  default: 200,
};

export const databaseParam: ParamSpec = {
  id: "databaseMs",
  title: "Database latency",
  unit: "ms",
  min: 0,
  max: 2000,
  step: 10,
  default: 20,
};

/** What may happen to an owner. */
export const ownerFaults: FaultSpec[] = [
  {
    id: "pause-owner",
    title: "Pause an owner",
    summary:
      "The owner's process and its renewal stand still for so long, as in a long garbage collection: what they send waits at the gate.",
    body: z.strictObject({
      owner: ownerId,
      ms: z.int().min(1).max(MAX_PAUSE_MS).default(8000),
      afterCommands: z.int().min(0).max(20).default(0),
    }),
  },
  {
    id: "crash-owner",
    title: "Crash an owner",
    summary: "The owner's process dies with its connections, and its renewal with it. The lease runs on.",
    body: z.strictObject({ owner: ownerId }),
  },
];
