/** The stories of the token bucket. Takes of one burst go one after another, unless the story is about what happens at once. */
import type { Scenario, ScenarioTools } from "../../contract";
import { raceOfThree, takeAtOnce, takeOneByOne } from "../../families/rate-limiting/stories";
import type { BucketParams } from "./take";

type Tools = ScenarioTools<BucketParams>;

/** Away from the edges of a second, where the variants with a clock in whole seconds refill. */
const midSecond = (tools: Tools) => tools.sleepUntilPast(1000, 300);

export const scenarios: Scenario<BucketParams>[] = [
  {
    id: "steady",
    title: "Steady traffic",
    summary: "Two clients stay under their rate. Each has a bucket of its own, and nobody is denied.",
    params: { capacity: 10, refillPerSecond: 1 },
    expect: { "as-written": "holds", "read-then-write": "holds", safe: "holds" },
    async play(tools) {
      await midSecond(tools);
      // The first requests open the connections, so that the traffic keeps its beat from the start.
      await takeOneByOne(tools, "alice", 1);
      await takeOneByOne(tools, "bob", 1);
      await Promise.all([tools.traffic("alice", "steady", 1, 8), tools.traffic("bob", "steady", 2, 8)]);
    },
  },
  {
    id: "burst",
    title: "Thirty at once",
    summary:
      "One app server sends 30 requests of the same client at the same moment. A full bucket pays for 10 of them; read first and write later, and all 30 see the same 10 tokens.",
    params: { capacity: 10, refillPerSecond: 1 },
    expect: { "as-written": "holds", "read-then-write": "breaks", safe: "holds" },
    async play(tools) {
      await midSecond(tools);
      await takeAtOnce(tools, "alice", 30);
      await tools.sleep(3400);
      await takeOneByOne(tools, "alice", 5);
    },
  },
  {
    id: "second-edge",
    title: "The edge of a second",
    summary:
      "Ten requests 10 ms before a whole second, ten more 10 ms after it. A clock in whole seconds sees a second pass and refills all ten.",
    params: { capacity: 10, refillPerSecond: 10 },
    expect: { "as-written": "breaks", "read-then-write": "holds", safe: "holds" },
    async play(tools) {
      // One take long before, so that opening alice's connection does not eat into the 10 ms.
      await midSecond(tools);
      await tools.act("take", { client: "alice" });
      await tools.sleep(900);
      await tools.sleepUntilPast(1000, 990);
      await takeOneByOne(tools, "alice", 10);
      await tools.sleep(20);
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "slow-refill",
    title: "Half a token lost each second",
    summary:
      "1.5 tokens a second are due and one is taken each second. Rounded down at every refill, only one a second comes back: compare the metrics `refilled` and `due`.",
    params: { capacity: 10, refillPerSecond: 1.5 },
    expect: { "as-written": "holds", "read-then-write": "holds", safe: "holds" },
    async play(tools) {
      await midSecond(tools);
      await takeOneByOne(tools, "alice", 10);
      for (let second = 0; second < 14; second++) {
        await tools.sleep(500);
        await midSecond(tools);
        await tools.act("take", { client: "alice" });
      }
    },
  },
  {
    id: "skewed-clocks",
    title: "A clock ten seconds ahead",
    summary:
      "Alice empties her bucket, then her app server's clock jumps ten seconds ahead. Who trusts that clock refills the bucket at once.",
    params: { capacity: 10, refillPerSecond: 1 },
    expect: { "as-written": "breaks", "read-then-write": "breaks", safe: "holds" },
    async play(tools) {
      await midSecond(tools);
      await takeOneByOne(tools, "alice", 10);
      await tools.fault("skew-clock", { client: "alice", ms: 10_000 });
      await takeOneByOne(tools, "alice", 10);
    },
  },
  {
    id: "explore-three",
    title: "Three for two tokens",
    summary:
      "Three app servers, each with one request of the same client, command by command in turn. Two tokens are there: how many are admitted?",
    params: { capacity: 2, refillPerSecond: 0.1 },
    expect: { "as-written": "holds", "read-then-write": "breaks", safe: "holds" },
    race: raceOfThree("alice", ({ capacity }) => capacity),
  },
];
