import { definePattern } from "../../contract";
import { takeTerms } from "../../families/rate-limiting/http";
import { limiterFaults, takeAction, windowParams } from "../../families/rate-limiting/schema";
import type { WindowParams } from "../../families/rate-limiting/take";
import * as asWritten from "./as-written";
import * as asWrittenFixedReply from "./as-written-fixed-reply";
import * as countThenAdd from "./count-then-add";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

export const pattern = definePattern<WindowParams, Parameters<typeof invariant.judge>[0]>({
  id: "sliding-window",
  title: "Sliding window",
  family: "rate-limiting",
  summary:
    "A log of the last requests; a new one is admitted while the window that ends now holds fewer than the limit.",
  params: windowParams,
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "One MULTI, but its reply is misread: it compares [error, count] with the limit and never denies.",
      files: ["as-written.ts"],
      actions: { take: asWritten.take },
    },
    {
      id: "as-written-fixed-reply",
      title: "As written, reply repaired",
      summary: "Reads the count. A denied request is still added to the log, so a client that hammers stays out.",
      files: ["as-written-fixed-reply.ts"],
      actions: { take: asWrittenFixedReply.take },
    },
    {
      id: "count-then-add",
      title: "Count, then add",
      summary: "Adds only what is admitted, but counts first: requests at once all see room for themselves.",
      files: ["count-then-add.ts"],
      actions: { take: countThenAdd.take },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "One Lua script on Redis' own clock: counts, admits or not, and says how long to wait.",
      files: ["safe.ts", "take-safe-1.lua"],
      actions: { take: safe.take },
    },
  ],
  actions: [
    takeAction({
      limit: "limit",
      costless: ["as-written", "as-written-fixed-reply", "count-then-add"],
      summary: "One request of this client: admitted while its window has room, or denied.",
      http: takeTerms<WindowParams>((params) => params),
    }),
  ],
  scenarios,
  faults: limiterFaults,
  invariant,
  trafficAction: "take",
});
