import { definePattern } from "../../contract";
import { takeTerms } from "../../families/rate-limiting/http";
import { limiterFaults, takeAction, windowParams } from "../../families/rate-limiting/schema";
import type { WindowParams } from "../../families/rate-limiting/take";
import * as asWritten from "./as-written";
import { invariant } from "./invariant";
import * as safe from "./safe";
import { scenarios } from "./scenarios";

export const pattern = definePattern<WindowParams, Parameters<typeof invariant.judge>[0]>({
  id: "fixed-window",
  title: "Fixed window",
  family: "rate-limiting",
  summary: "One counter per client; it begins with the first request, and everybody starts anew when it expires.",
  params: windowParams,
  variants: [
    {
      id: "as-written",
      title: "As written",
      summary: "INCR, and EXPIRE when the counter is new: two commands, with room for a crash between them.",
      files: ["as-written.ts"],
      actions: { take: asWritten.take },
    },
    {
      id: "safe",
      title: "Safe",
      summary: "One Lua script: no counter without a time to live, no denied request counted, and the wait is told.",
      files: ["safe.ts", "take-safe-1.lua"],
      actions: { take: safe.take },
    },
  ],
  actions: [
    takeAction({
      limit: "limit",
      costless: ["as-written"],
      summary: "One request of this client: counted in its window, or denied when the window is full.",
      http: takeTerms<WindowParams>((params) => params),
    }),
  ],
  scenarios,
  faults: limiterFaults,
  invariant,
  trafficAction: "take",
});
