import { definePattern } from "../../contract";
import { databaseParam, lockActions, ownerFaults, retryParam, ttlParam, waitParam } from "../../families/locks/schema";
import { databaseFaults, redisFaults } from "../../families/schema";
import * as asWritten from "./as-written";
import * as fenceAtWrite from "./fence-at-write";
import * as getThenDel from "./get-then-del";
import { invariant } from "./invariant";
import type { LockParams } from "./lock-params";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

export const pattern = definePattern<LockParams, Parameters<typeof invariant.judge>[0]>({
  id: "lock",
  title: "Lock",
  family: "locks",
  summary: "One of many may work at a time: whoever sets a key first, until it gives it back or its lease ends.",
  database: true,
  params: [
    ttlParam,
    {
      id: "renewals",
      title: "Renewals per lease",
      unit: "",
      min: 0,
      max: 10,
      step: 1,
      default: 3,
    },
    waitParam,
    retryParam,
    databaseParam,
  ],
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary:
        "SET NX PX, released by compare-and-delete. Nothing renews the lease, and the row asks nobody for a token.",
      files: ["as-written.ts", "release-as-written-1.lua", "row.ts", "work.ts", "tables.sql"],
      actions: { acquire: asWritten.acquire, write: asWritten.write, release: asWritten.release, work: asWritten.work },
    },
    {
      id: "get-then-del",
      title: "GET, then DEL",
      summary: "Released in two commands: what is deleted may be the next owner's lock.",
      files: ["get-then-del.ts", "row.ts", "work.ts", "tables.sql"],
      actions: {
        acquire: getThenDel.acquire,
        write: getThenDel.write,
        release: getThenDel.release,
        work: getThenDel.work,
      },
    },
    {
      id: "fence-at-write",
      title: "Fence at the write",
      summary: "Each acquisition has a number, and the row refuses a write with a lower one than it has written.",
      files: [
        "fence-at-write.ts",
        "acquire-safe-2.lua",
        "release-as-written-1.lua",
        "fenced-row.ts",
        "fence.ts",
        "work.ts",
        "tables.sql",
      ],
      actions: {
        acquire: fenceAtWrite.acquire,
        write: fenceAtWrite.write,
        release: fenceAtWrite.release,
        work: fenceAtWrite.work,
      },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "A second lane renews the lease; the row registers the number at the read as well as at the write.",
      files: [
        "safe.ts",
        "acquire-safe-2.lua",
        "extend-safe-1.lua",
        "release-as-written-1.lua",
        "fenced-row.ts",
        "fence.ts",
        "work.ts",
        "tables.sql",
      ],
      actions: {
        acquire: safe.acquire,
        write: safe.write,
        extend: safe.extend,
        release: safe.release,
        work: safe.work,
      },
    },
  ],
  actions: lockActions(["fence-at-write", "safe"]),
  scenarios,
  faults: [...ownerFaults, ...databaseFaults, ...redisFaults],
  invariant,
  trafficAction: "work",
});
