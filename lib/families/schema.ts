/** Faults that patterns of several families offer. With zod, so nothing that a stage may import. */
import { z } from "zod";
import type { FaultSpec } from "../contract";

export const redisFaults: FaultSpec[] = [
  {
    id: "kill-redis",
    title: "Kill Redis",
    summary: "kill -9 on the run's own redis-server.",
    body: z.strictObject({}),
  },
  {
    id: "restart-redis",
    title: "Restart Redis",
    summary:
      "Starts the run's redis-server again: empty, or with what its append-only file holds where the variant has one.",
    body: z.strictObject({}),
  },
];

/** @param who what the pattern calls whoever has an app server: "client", "service" */
export const crashClient = (who: string, id: z.ZodType<string>): FaultSpec => ({
  id: "crash-client",
  title: "Crash an app server",
  summary: `The app server of this ${who} dies once so many of its next commands have gone out; its next request finds a new one.`,
  body: z.strictObject({ client: id, afterCommands: z.int().min(0).max(20).default(1) }),
});

const node = z.int().min(1).max(5).default(3);
const someOwner = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not an id")
  .optional();

/** Of patterns with five independent nodes. A field `owner` means that owner's way to the node, and nobody else's. */
export const nodeFaults: FaultSpec[] = [
  {
    id: "kill",
    title: "Kill a node",
    summary: "kill -9 on this redis-server.",
    body: z.strictObject({ node }),
  },
  {
    id: "restart-empty",
    title: "Restart a node",
    summary: "The node crashes and is back at once. It keeps nothing on disk, so it has forgotten every lock.",
    body: z.strictObject({ node }),
  },
  {
    id: "restart-delayed",
    title: "Restart a node later",
    summary: "The node crashes and comes back, empty, after so long: longer than any lease, if the delay is to help.",
    body: z.strictObject({ node, ms: z.int().min(1).max(120_000).default(6000) }),
  },
  {
    id: "pause-node",
    title: "Pause a node",
    summary: "SIGSTOP: the node stands still. What is sent to it waits, and is executed when it goes on.",
    body: z.strictObject({ node }),
  },
  {
    id: "resume-node",
    title: "Resume a node",
    summary: "SIGCONT: the node goes on where it stood.",
    body: z.strictObject({ node }),
  },
  {
    id: "partition",
    title: "Cut a node off",
    summary:
      "A black hole between a node and everybody, or one owner. Healed, it lets through what waited: TCP sends again.",
    body: z.strictObject({ node, owner: someOwner, lost: z.enum(["both", "requests", "replies"]).default("both") }),
  },
  {
    id: "delay",
    title: "Slow a node's network down",
    summary: "Everything to and from this node takes so much longer, each way.",
    body: z.strictObject({ node, owner: someOwner, ms: z.int().min(1).max(10_000).default(300) }),
  },
  {
    id: "heal",
    title: "Heal the network",
    summary: "Ends what cuts off or slows down this node: for everybody, or for one owner.",
    body: z.strictObject({ node, owner: someOwner }),
  },
  {
    id: "clock-jump",
    title: "Let a node's clock jump",
    summary:
      "This node's own clock jumps so far ahead (or back), as after a wrong time server: its leases end early (or late).",
    body: z.strictObject({ node, ms: z.int().min(-120_000).max(120_000).default(6000) }),
    needs: "clock",
  },
];

export const databaseFaults: FaultSpec[] = [
  {
    id: "fail-database",
    title: "Fail the database",
    summary: "Every query fails until the database is healed.",
    body: z.strictObject({}),
  },
  {
    id: "slow-database",
    title: "Slow the database down",
    summary: "Every query waits so much longer before PostgreSQL gets it, until the database is healed.",
    body: z.strictObject({ ms: z.int().min(1).max(5000).default(500) }),
  },
  {
    id: "heal-database",
    title: "Heal the database",
    summary: "Queries are answered again, at their usual speed.",
    body: z.strictObject({}),
  },
];

/** The cache that does not take what it is given. */
export const memoryFaults: FaultSpec[] = [
  {
    id: "fill-redis",
    title: "Fill Redis",
    summary: "Takes all memory from the run's Redis: it refuses every write that needs some, and evicts nothing.",
    body: z.strictObject({}),
  },
  {
    id: "free-redis",
    title: "Free Redis",
    summary: "Gives the run's Redis its memory back.",
    body: z.strictObject({}),
  },
];
