import { z } from "zod";
import { definePattern, type Params } from "../../contract";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import * as watch from "./watch";

const serviceId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a service id");

export const pattern = definePattern<Params, Parameters<typeof invariant.judge>[0]>({
  id: "counter",
  title: "Counter",
  family: "basics",
  summary: "Several services add to one number. None of their adds may get lost.",
  params: [],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "GET, add in the app server, SET: who writes between the two is overwritten.",
      files: ["as-written.ts"],
      actions: { add: asWritten.add },
    },
    {
      id: "watch",
      title: "Watch",
      summary: "WATCH, GET, and a MULTI that is refused when somebody wrote meanwhile; then once more from the start.",
      files: ["watch.ts"],
      actions: { add: watch.add },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "INCRBY: one command reads, adds and writes, and nothing can come between.",
      files: ["safe.ts"],
      actions: { add: safe.add },
    },
  ],
  actions: [
    {
      id: "add",
      title: "Add",
      summary: "This service adds to the counter and is told what it stands at.",
      body: z.strictObject({ service: serviceId, by: z.int().min(1).max(1000).default(1) }),
      result: z.strictObject({ value: z.int() }),
      actorField: "service",
      primary: true,
    },
  ],
  scenarios,
  faults: [
    {
      id: "crash-client",
      title: "Crash an app server",
      summary:
        "The app server of this service dies once so many of its next commands have gone out; its next request finds a new one.",
      body: z.strictObject({ client: serviceId, afterCommands: z.int().min(0).max(20).default(1) }),
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
  trafficAction: "add",
});
