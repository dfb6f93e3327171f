/** What subscribers are put through. With zod, so nothing that a stage may import. */
import { z } from "zod";
import type { FaultSpec } from "../../contract";

export const subscriberFaults = (id: z.ZodType<string>): FaultSpec[] => [
  {
    id: "stall-subscriber",
    title: "Stall a subscriber",
    summary: "Its process stands still for so long: it reads nothing from its socket, and sends nothing.",
    body: z.strictObject({ subscriber: id, ms: z.int().min(100).max(10_000).default(3000) }),
  },
  {
    id: "limit-buffers",
    title: "Limit what waits",
    summary:
      "Redis closes a subscriber for whom more than this waits to be read (client-output-buffer-limit pubsub). Normally 16 MB here.",
    body: z.strictObject({ kilobytes: z.int().min(16).max(16_384).default(512) }),
  },
];

export const workerFaults = (id: z.ZodType<string>): FaultSpec[] => [
  {
    id: "crash-worker",
    title: "Crash a worker",
    summary:
      "Its process dies for good, now or when so many of its next steps (commands and queries) are out; its connections are destroyed.",
    body: z.strictObject({ worker: id, afterSteps: z.int().min(0).max(20).default(0) }),
  },
];
