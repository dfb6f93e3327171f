import { z } from "zod";
import { definePattern } from "../../contract";
import { databaseParam, lockActions, ownerFaults, retryParam, ttlParam, waitParam } from "../../families/locks/schema";
import { databaseFaults, nodeFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import { NODES, type RedlockParams } from "./redlock-params";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

const shared = ["redlock.ts", "work.ts", "release-as-written-1.lua", "extend-as-written-1.lua", "tables.sql"];
const quorum = { votes: z.int(), quorum: z.int(), validityMs: z.number().nullable() };

export const pattern = definePattern<RedlockParams, Parameters<typeof invariant.judge>[0]>({
  id: "redlock",
  title: "Redlock",
  family: "locks",
  summary: "A lock on five independent nodes: whoever gets a majority of their votes, for as long as the votes last.",
  database: true,
  nodes: NODES,
  params: [
    ttlParam,
    {
      id: "nodeTimeoutMs",
      title: "Wait for a node",
      unit: "ms",
      min: 10,
      max: 5000,
      step: 10,
      default: 200,
    },
    waitParam,
    retryParam,
    databaseParam,
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "Redlock as published. The notes only warn of it; the row behind it trusts whoever holds a majority.",
      files: ["as-written.ts", ...shared],
      actions: {
        acquire: asWritten.acquire,
        release: asWritten.release,
        extend: asWritten.extend,
        write: asWritten.write,
        work: asWritten.work,
      },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "The same votes, then a number from the database that holds the row; the row turns lower numbers away.",
      files: ["safe.ts", ...shared],
      actions: {
        acquire: safe.acquire,
        release: safe.release,
        extend: safe.extend,
        write: safe.write,
        work: safe.work,
      },
    },
  ],
  actions: lockActions(["safe"], quorum),
  scenarios,
  faults: [...nodeFaults, ...ownerFaults, ...databaseFaults, ...redisFaults],
  invariant,
});
