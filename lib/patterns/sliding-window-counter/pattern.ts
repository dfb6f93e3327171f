import { definePattern } from "../../contract";
import { takeTerms } from "../../families/rate-limiting/http";
import { limiterFaults, takeAction, windowParams } from "../../families/rate-limiting/schema";
import type { WindowParams } from "../../families/rate-limiting/take";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

export const pattern = definePattern<WindowParams, Parameters<typeof invariant.judge>[0]>({
  id: "sliding-window-counter",
  title: "Sliding window counter",
  family: "rate-limiting",
  summary:
    "Two counters instead of a log: this window's, and as much of the one before as still lies in the last window.",
  params: windowParams,
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "GET, GET, then INCR: requests at once all read the same two counts and are all admitted.",
      files: ["as-written.ts"],
      actions: { take: asWritten.take },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "One Lua script over one hash, on Redis' own clock; a cost may be more than one, and the wait is told.",
      files: ["safe.ts", "take-safe-1.lua"],
      actions: { take: safe.take },
    },
  ],
  actions: [
    takeAction({
      limit: "limit",
      costless: ["as-written"],
      summary: "One request of this client: admitted while the weighted count stays within the limit, or denied.",
      http: takeTerms<WindowParams>((params) => params),
    }),
  ],
  scenarios,
  faults: limiterFaults,
  invariant,
  trafficAction: "take",
});
