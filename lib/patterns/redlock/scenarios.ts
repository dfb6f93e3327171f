/** The stories of Redlock: what its nodes, its network, their clocks and its owners may do to it. */
import type { RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { Verdict } from "../../events";
import { AMOUNT, RESOURCE } from "../../families/locks/lock";
import type { RedlockParams } from "./redlock-params";

type Tools = ScenarioTools<RedlockParams>;
type Actor = RaceActor<RedlockParams>;

const resource = RESOURCE;
const work = ({ act }: Pick<Tools, "act">, owner: string, ms: number) => act("work", { resource, owner, ms });
/** Nothing between this owner and these nodes. */
const cutOff = async (tools: Tools, owner: string, nodes: readonly number[], lost = "both") => {
  for (const node of nodes) await tools.fault("partition", { node, owner, lost });
};
const heal = async (tools: Tools, owner: string, nodes: readonly number[]) => {
  for (const node of nodes) await tools.fault("heal", { node, owner });
};

/** One after another, as their connections stand: who is first is no chance. */
const inTurn = async (tools: Tools, owners: readonly string[], job: (owner: string) => Promise<unknown>) => {
  const jobs: Promise<unknown>[] = [];
  for (const owner of owners) {
    jobs.push(job(owner));
    await tools.sleep(10);
  }
  await Promise.all(jobs);
};

/** A node has time to answer on a machine that is busy, too. */
const TIMES = { ttlMs: 5000, nodeTimeoutMs: 400, waitMs: 10_000, retryMs: 400, databaseMs: 100 };
const BOTH_HOLD = { "as-written": "holds", safe: "holds" } as const;
const FENCE_HOLDS = { "as-written": "breaks", safe: "holds" } as const;

/**
 * Alice has three votes, from nodes 1 to 3, and works two seconds. A second after she asked something happens to the
 * third one, and Bob asks. He reads the row a little before she does, and the database is so slow that a machine that is busy
 * does not pull them apart.
 */
async function aliceThenBob(tools: Tools, between: () => Promise<void>): Promise<void> {
  await cutOff(tools, "alice", [4, 5]);
  const alice = work(tools, "alice", 2000);
  await tools.sleep(1000);
  await between();
  await Promise.all([alice, work(tools, "bob", 1200)]);
}
const SLOW_ROW = { ...TIMES, databaseMs: 400 };

export const scenarios: Scenario<RedlockParams>[] = [
  {
    id: "happy",
    title: "Three owners take turns",
    summary:
      "Each works twice. Whoever gets fewer than three votes gives them back and asks again after a random while.",
    params: TIMES,
    expect: BOTH_HOLD,
    async play(tools) {
      const twice = async (owner: string) => {
        for (let job = 0; job < 2; job++) await work(tools, owner, 400);
      };
      await inTurn(tools, ["alice", "bob", "carol"], twice);
    },
  },
  {
    id: "minority-down",
    title: "Two of five nodes die",
    summary: "kill -9 of two nodes in the middle of the work. Three are a majority, and the locks go on.",
    params: TIMES,
    expect: BOTH_HOLD,
    async play(tools) {
      const alice = work(tools, "alice", 1000);
      await tools.sleep(500);
      await tools.fault("kill", { node: 4 });
      await tools.fault("kill", { node: 5 });
      await alice;
      await inTurn(tools, ["bob", "carol"], (owner) => work(tools, owner, 500));
    },
  },
  {
    id: "majority-down",
    title: "Three of five nodes die",
    summary:
      "With two nodes left nobody gets a majority: every request is refused, with two votes of three, until one node is back.",
    params: { ...TIMES, waitMs: 2000 },
    expect: BOTH_HOLD,
    async play(tools) {
      await work(tools, "alice", 500);
      for (const node of [3, 4, 5]) await tools.fault("kill", { node });
      await tools.act("acquire", { resource, owner: "bob" });
      await work(tools, "bob", 500);
      await tools.fault("restart-empty", { node: 3 });
      await work(tools, "bob", 500);
    },
  },
  {
    id: "paused-client",
    title: "An owner that stands still",
    summary:
      "Kleppmann's first argument. Alice has the lock and has read the row when her process stops for eight seconds. Her votes end, Bob works and writes; then her write arrives.",
    params: TIMES,
    expect: FENCE_HOLDS,
    async play(tools) {
      const alice = work(tools, "alice", 1000);
      await tools.sleep(500);
      // Her next step is the read; she stops before the write.
      await tools.fault("pause-owner", { owner: "alice", ms: 8000, afterCommands: 1 });
      await tools.sleep(1000);
      await work(tools, "bob", 500);
      await alice;
    },
  },
  {
    id: "restart-loses-key",
    title: "A node forgets its vote",
    summary:
      "Alice has the votes of nodes 1 to 3. Node 3 crashes and is back at once, empty; with it, 4 and 5 Bob has a majority too. Two owners, and neither has done anything wrong.",
    params: SLOW_ROW,
    expect: FENCE_HOLDS,
    play: (tools) => aliceThenBob(tools, () => tools.fault("restart-empty", { node: 3 })),
  },
  {
    id: "delayed-restart",
    title: "A node that stays away for a lease",
    summary:
      "The answer: the crashed node comes back only when every lease that it may have forgotten is over. Bob finds two votes, and waits until Alice is done.",
    params: SLOW_ROW,
    expect: BOTH_HOLD,
    async play(tools) {
      await aliceThenBob(tools, () => tools.fault("restart-delayed", { node: 3, ms: 6000 }));
      // Until it is back.
      await tools.sleep(4000);
    },
  },
  {
    id: "clock-jump",
    title: "A clock that jumps",
    summary:
      "Kleppmann's second argument. Alice has the votes of nodes 1 to 3; node 3's clock jumps six seconds ahead, and its lease is over there. Bob gets it, with 4 and 5.",
    params: SLOW_ROW,
    expect: FENCE_HOLDS,
    needs: "clock",
    play: (tools) => aliceThenBob(tools, () => tools.fault("clock-jump", { node: 3, ms: 6000 })),
  },
  {
    id: "lost-replies",
    title: "Votes that nobody hears",
    summary:
      "All five nodes vote for Alice, and no answer gets back to her. She takes it for a no and gives back what she may have: had she not asked all five to, nobody would get the lock for a whole lease.",
    params: { ...TIMES, waitMs: 0 },
    expect: BOTH_HOLD,
    async play(tools) {
      const all = [1, 2, 3, 4, 5];
      await work(tools, "alice", 100);
      await cutOff(tools, "alice", all, "replies");
      await tools.act("acquire", { resource, owner: "alice" });
      await work(tools, "bob", 500);
      await heal(tools, "alice", all);
      await work(tools, "alice", 100);
    },
  },
  {
    id: "split",
    title: "Each sees another majority",
    summary:
      "Alice reaches nodes 1 to 3, Bob 3 to 5, and both ask at the same time. Any two majorities share a node, and node 3 votes once.",
    params: TIMES,
    expect: BOTH_HOLD,
    async play(tools) {
      await cutOff(tools, "alice", [4, 5]);
      await cutOff(tools, "bob", [1, 2]);
      await inTurn(tools, ["alice", "bob"], (owner) => work(tools, owner, 1000));
    },
  },
  ...explored(),
];

/**
 * The reduced model of the lock: A reaches nodes 1 to 3, B 3 to 5, and each asks once. And what two owners do to the row, when
 * they are there.
 */
function explored(): Scenario<RedlockParams>[] {
  const asksOnce =
    (owner: string) =>
    ({ act }: Actor) =>
      act("acquire", { resource, owner });
  const writes =
    (owner: string, fence: number) =>
    ({ act }: Actor) =>
      act("write", { resource, owner, token: `${owner}:${fence}`, amount: AMOUNT });
  const votes = {
    // Somebody has written before, so that there is something to judge.
    before: writes("before", 1),
    actors: { A: asksOnce("A"), B: asksOnce("B") },
    reaches: { A: [1, 2, 3], B: [3, 4, 5] },
    breach: () => "break the row",
    notable: { text: "have two owners at once", of: ({ metrics }: Verdict) => (metrics.timesTwoOwners ?? 0) > 0 },
  };
  return [
    {
      id: "explore-split",
      title: "Every order of two majorities",
      summary: "A reaches nodes 1 to 3, B 3 to 5; each asks once. In which order do both get a majority?",
      params: TIMES,
      expect: BOTH_HOLD,
      race: votes,
    },
    {
      id: "explore-restart",
      title: "Every order, and one restart",
      summary:
        "The same two, and node 3 may crash at any step and be back, empty. It is about the lock, which both variants share: counted is in how many orders it has two owners.",
      params: TIMES,
      expect: { "as-written": "holds", safe: "n/a" },
      race: { ...votes, restarts: [3], order: ["A", "A", "A", "restart:3", "B", "B", "B"] },
    },
    {
      id: "explore-two-owners",
      title: "Every order of two owners' writes",
      summary: "Both have the lock: A came first, B after it. Each reads the row, adds, and writes it back.",
      params: TIMES,
      expect: FENCE_HOLDS,
      race: { actors: { A: writes("A", 1), B: writes("B", 2) }, breach: () => "lose an update" },
    },
  ];
}
