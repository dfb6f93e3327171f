/** The stories of the sliding window. Takes of one burst go at once over one connection, unless the story says otherwise. */
import type { Scenario } from "../../contract";
import { raceOfThree, takeAtOnce, takeOneByOne } from "../../families/rate-limiting/stories";
import type { WindowParams } from "../../families/rate-limiting/take";

export const scenarios: Scenario<WindowParams>[] = [
  {
    id: "steady-under-limit",
    title: "Steady, under the limit",
    summary: "Two clients stay under their limit. Each has a log of its own, and nobody is denied.",
    params: { limit: 10, windowMs: 5000 },
    expect: { "as-written": "holds", "as-written-fixed-reply": "holds", "count-then-add": "holds", safe: "holds" },
    async play(tools) {
      await takeOneByOne(tools, "alice", 1);
      await takeOneByOne(tools, "bob", 1);
      await Promise.all([tools.traffic("alice", "steady", 1, 10), tools.traffic("bob", "steady", 1.5, 10)]);
    },
  },
  {
    id: "burst",
    title: "Thirty at once",
    summary:
      "One app server sends 30 requests of the same client at the same moment, and five more when the window has passed. Ten of the 30 fit.",
    params: { limit: 10, windowMs: 5000 },
    expect: { "as-written": "breaks", "as-written-fixed-reply": "holds", "count-then-add": "breaks", safe: "holds" },
    async play(tools) {
      await takeAtOnce(tools, "alice", 30);
      await tools.sleep(5100);
      await takeOneByOne(tools, "alice", 5);
    },
  },
  {
    id: "hammer",
    title: "A client that does not give up",
    summary:
      "Five are allowed per 2.5 s, and the client asks seven times a second for 15 s. Whoever writes denied requests into the log too never lets it in again.",
    params: { limit: 5, windowMs: 2500 },
    expect: { "as-written": "breaks", "as-written-fixed-reply": "breaks", "count-then-add": "holds", safe: "holds" },
    async play(tools) {
      await tools.traffic("alice", "steady", 7, 15);
    },
  },
  {
    id: "skewed-clocks",
    title: "A clock ten seconds ahead",
    summary:
      "Alice has used up her window, then her app server's clock jumps ten seconds ahead. Who trusts that clock cuts the whole log away.",
    params: { limit: 10, windowMs: 10_000 },
    expect: { "as-written": "breaks", "as-written-fixed-reply": "breaks", "count-then-add": "breaks", safe: "holds" },
    async play(tools) {
      await takeOneByOne(tools, "alice", 10);
      await tools.fault("skew-clock", { client: "alice", ms: 10_000 });
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "explore-three",
    title: "Three for two places",
    summary:
      "Three app servers, each with one request of the same client, command by command in turn. Two places are there: how many are admitted?",
    params: { limit: 2, windowMs: 10_000 },
    expect: { "as-written": "breaks", "as-written-fixed-reply": "holds", "count-then-add": "breaks", safe: "holds" },
    race: raceOfThree("alice", ({ limit }) => limit),
  },
];
