/** The stories of the window counter. Its windows are aligned to the clock, so stories begin at a known place in one. */
import type { Scenario } from "../../contract";
import { raceOfThree, takeAtOnce, takeOneByOne } from "../../families/rate-limiting/stories";
import type { WindowParams } from "../../families/rate-limiting/take";

export const scenarios: Scenario<WindowParams>[] = [
  {
    id: "steady",
    title: "Steady, under the limit",
    summary:
      "Eight requests a window, evenly spread: what the estimate takes for granted. Compare the metric `estimateErrorMax` with that of *Uneven*.",
    params: { limit: 10, windowMs: 4000 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      await tools.sleepUntilPast(4000, 1000);
      await takeOneByOne(tools, "alice", 1);
      await tools.traffic("alice", "steady", 2, 14);
    },
  },
  {
    id: "burst",
    title: "Thirty at once",
    summary:
      "One app server sends 30 requests of the same client at the same moment. Read first and count later, and all 30 read an empty window.",
    params: { limit: 10, windowMs: 4000 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      await tools.sleepUntilPast(4000, 1000);
      await takeAtOnce(tools, "alice", 30);
      await tools.sleep(4000);
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "uneven",
    title: "Uneven",
    summary:
      "All ten of a window come at its very end. The estimate takes them for evenly spread and lets others in too early, though an exact log would deny them.",
    params: { limit: 10, windowMs: 4000 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      await tools.sleepUntilPast(4000, 3600);
      await takeOneByOne(tools, "alice", 10);
      await tools.sleepUntilPast(4000, 3000);
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "skewed-clocks",
    title: "A clock two windows ahead",
    summary:
      "Alice has used up her window, then her app server's clock jumps two windows ahead, where both counters are empty.",
    params: { limit: 10, windowMs: 4000 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      await tools.sleepUntilPast(4000, 1000);
      await takeOneByOne(tools, "alice", 10);
      await tools.fault("skew-clock", { client: "alice", ms: 8000 });
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "explore-three",
    title: "Three for two places",
    summary:
      "Three app servers, each with one request of the same client, command by command in turn. Two places are there: how many are admitted?",
    params: { limit: 2, windowMs: 10_000 },
    expect: { "as-written": "breaks", safe: "holds" },
    race: raceOfThree("alice", ({ limit }) => limit),
  },
];
