import { z } from "zod";
import { definePattern, type Params } from "../../contract";
import { crashClient, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";
import * as watch from "./watch";

const serviceId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "is not a service id")
  .meta({ examples: ["orders", "billing", "stock"] });

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
  faults: [crashClient("service", serviceId), ...redisFaults],
  invariant,
  trafficAction: "add",
});
