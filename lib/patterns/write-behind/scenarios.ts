/** The stories of write-behind. `flush` is asked for in every variant; as-written has none, and nothing happens. */
import type { AppendOnly, Race, RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { Verdict } from "../../events";
import type { WriteBehindParams } from "./bodies";

type Tools = ScenarioTools<WriteBehindParams>;
type Actor = RaceActor<WriteBehindParams>;

const PAGE = 1;
/** Long enough for a query and its answer, whatever the latency is set to by the story. */
const QUERY_MS = 300;
const WRITES = 550;
const WARM_UP = 1000;
const WARM_UP_PAGE = 100;

const view = (tools: Pick<Tools, "act">, count: number, server = "web-1", pageId = PAGE) =>
  tools.act("view", { pageId, count, server });

/** So many views, some at a time, a moment apart. */
async function views(tools: Tools, total: number, atOnce: number): Promise<void> {
  for (let sent = 0; sent < total; sent += atOnce) {
    await view(tools, Math.min(atOnce, total - sent), sent % (2 * atOnce) === 0 ? "web-1" : "web-2");
    await tools.sleep(100);
  }
}

const flush = (tools: Pick<Tools, "act">) => tools.act("flush", {});

/** "2 of 6 orders set the database back by 100 views." */
const breach = ({ metrics: { lost = 0, extra = 0, fellBy = 0 } }: Verdict): string => {
  if (extra) return `count ${extra} views twice`;
  return fellBy && !lost ? `set the database back by ${fellBy} views` : `lose ${lost} views`;
};

/** In a variant that has none the race goes on without. */
const flushIfThere = (actor: Actor) => flush(actor).catch(() => null);

const twoFlushes: Race<WriteBehindParams> = {
  actors: {
    A: (actor) => view(actor, 100).then(() => flushIfThere(actor)),
    B: (actor) => view(actor, 100).then(() => flushIfThere(actor)),
  },
  // Both count; then B's UPDATE overtakes A's.
  order: ["A", "B", "B", "A"],
  breach,
};

const exploreCrash: Race<WriteBehindParams> = {
  before: (actor) => view(actor, 100),
  actors: {
    flusher: flush,
    spare: (actor) => view(actor, 5).then(() => flush(actor)),
  },
  crashes: ["flusher"],
  // What waited is taken or claimed, and then the flusher dies.
  order: ["flusher", "crash:flusher", "spare"],
  breach,
};

/** A client that writes one view after the other; then kill -9. */
async function writeAndKill(tools: Tools, mode: AppendOnly, pageId: number): Promise<void> {
  await tools.persist(mode);
  for (let written = 0; written < WRITES; written++) await view(tools, 1, "web-1", pageId);
  await tools.fault("kill-redis", {});
  await tools.fault("restart-redis", {});
}

export const scenarios: Scenario<WriteBehindParams>[] = [
  {
    id: "steady",
    title: "Steady views",
    summary: "Two servers count, a flush a second, nothing dies. All variants look the same.",
    params: { databaseMs: 80 },
    expect: { "as-written": "holds", "take-then-add": "holds", safe: "holds" },
    async play(tools) {
      const traffic = [
        tools.traffic("web-1", "steady", 20, 8, { pageId: PAGE, count: 1 }),
        tools.traffic("web-2", "steady", 5, 8, { pageId: PAGE, count: 5 }),
      ];
      for (let second = 0; second < 8; second++) {
        await tools.sleep(1000);
        await flush(tools);
      }
      await Promise.all(traffic);
      await flush(tools);
    },
  },
  {
    id: "kill-between-flushes",
    title: "Redis dies between two flushes",
    summary:
      "250 views; the database has been told of 200 of them when kill -9 ends Redis. It comes back: with or without the other 50?",
    params: { databaseMs: 80 },
    expect: { "as-written": "breaks", "take-then-add": "holds", safe: "holds" },
    async play(tools) {
      await views(tools, 200, 10);
      await tools.sleep(QUERY_MS);
      await flush(tools);
      await views(tools, 50, 10);
      await tools.fault("kill-redis", {});
      await tools.sleep(1500);
      await tools.fault("restart-redis", {});
      await views(tools, 30, 10);
      await flush(tools);
      await tools.sleep(QUERY_MS);
    },
  },
  {
    id: "restart-empty",
    title: "The counter starts again",
    summary:
      "5,200 views, all of them in the database. Redis dies, comes back empty, and counts the next 100. What does the database say then?",
    params: { databaseMs: 80 },
    expect: { "as-written": "breaks", "take-then-add": "holds", safe: "holds" },
    async play(tools) {
      for (const count of [1000, 1000, 1000, 1000, 1000, 200]) {
        await view(tools, count);
        await tools.sleep(QUERY_MS);
      }
      await flush(tools);
      // Whatever the variant keeps: this story is about a Redis that has nothing.
      await tools.persist("no");
      await tools.fault("kill-redis", {});
      await tools.sleep(800);
      await tools.fault("restart-redis", {});
      await views(tools, 100, 20);
      await flush(tools);
      await tools.sleep(QUERY_MS);
    },
  },
  {
    id: "crash-flusher",
    title: "The flusher dies",
    summary:
      "Twice the flusher dies in the middle of its work: after its first step, then after its second. Others flush after it. Is anything lost, or counted twice?",
    params: { databaseMs: 80 },
    expect: { "as-written": "n/a", "take-then-add": "breaks", safe: "holds" },
    async play(tools) {
      await views(tools, 40, 10);
      await flush(tools);
      for (const afterCommands of [1, 2]) {
        await views(tools, 60, 20);
        await tools.fault("crash-client", { client: "flusher", afterCommands });
        await flush(tools);
        await tools.sleep(800);
        await flush(tools);
        await tools.sleep(400);
      }
    },
  },
  {
    id: "fail-database",
    title: "The database does not answer",
    summary:
      "While 130 views come the database fails, then it is healed. As-written has forgotten its failed UPDATE, and is repaired by chance: the next one says it all.",
    params: { databaseMs: 80 },
    expect: { "as-written": "holds", "take-then-add": "breaks", safe: "holds" },
    async play(tools) {
      await views(tools, 60, 20);
      await flush(tools);
      await tools.fault("fail-database", {});
      await views(tools, 130, 20);
      await flush(tools);
      await tools.sleep(600);
      await tools.fault("heal-database", {});
      await flush(tools);
      await tools.sleep(600);
      await views(tools, 30, 10);
      await flush(tools);
      await tools.sleep(QUERY_MS);
    },
  },
  {
    id: "two-flushes",
    title: "Two flushes at once",
    summary: "A and B pass a 100th view each, and each tells the database. Nobody says whose UPDATE comes last.",
    expect: { "as-written": "breaks", "take-then-add": "holds", safe: "holds" },
    race: twoFlushes,
  },
  {
    id: "explore-crash",
    title: "A flusher that may die at any step",
    summary:
      "One flusher may die at any step; another counts 5 views and flushes after it, before it or in the middle.",
    expect: { "as-written": "n/a", "take-then-add": "breaks", safe: "holds" },
    race: exploreCrash,
  },
  {
    id: "durability",
    title: "What survives kill -9",
    summary:
      "550 writes of one client, one after the other, then kill -9; three times, on a Redis that keeps nothing, one that syncs its append-only file every second, and one that syncs before each answer.",
    params: { databaseMs: 0 },
    realTime: true,
    expect: { "as-written": "breaks", "take-then-add": "n/a", safe: "n/a" },
    async play(tools) {
      // What is measured first shall not pay for what is still cold.
      for (let written = 0; written < WARM_UP; written++) await view(tools, 1, "web-1", WARM_UP_PAGE);
      const modes: AppendOnly[] = ["no", "everysec", "always"];
      for (const [i, mode] of modes.entries()) await writeAndKill(tools, mode, i + 1);
    },
  },
];
