/** The stories of cache-aside. */
import type { RaceActor, Scenario, ScenarioTools } from "../../contract";
import type { Verdict } from "../../events";
import type { CacheParams } from "./read";

type Tools = ScenarioTools<CacheParams>;

const HERD = 500;
const HOT = 1;
/** Not one of the herd's. */
const FIRST = "app-41";
/** No user has it. */
const MISSING = 9001;
const KEYS = 1000;

const app = (n: number): string => `app-${n + 1}`;
const read = (tools: Tools, id: number, by = 0) => tools.act("read", { id, instance: app(by) });
const herd = (tools: Tools, readers: number) => tools.act("herd", { id: HOT, readers });

/** Somebody reads user 1. */
const reads = (instance: string) => (actor: RaceActor<CacheParams>) => actor.act("read", { id: HOT, instance });
/** "18 of 34 orders send 2 SELECTs for one fill." */
const breach = ({ metrics: { mostSelects = 0 } }: Verdict) => `send ${mostSelects} SELECTs for one fill`;

/** Readers that come one by one, whether those before have been answered or not. */
async function stream(
  tools: Tools,
  count: number,
  everyMs: number,
  ask: (n: number) => Promise<unknown>,
): Promise<void> {
  const asked: Promise<unknown>[] = [];
  for (let n = 0; n < count; n++) {
    asked.push(ask(n));
    await tools.sleep(everyMs);
  }
  await Promise.all(asked);
}

export const scenarios: Scenario<CacheParams>[] = [
  {
    id: "warm",
    title: "A warm cache",
    summary:
      "Two instances read three users over and over. The first read of each goes to the database, the others do not.",
    params: { ttlMs: 20_000, databaseMs: 80 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      for (let round = 0; round < 12; round++) {
        for (const id of [1, 2, 3]) await read(tools, id, (round + id) % 2);
        await tools.sleep(400);
      }
    },
  },
  {
    id: "herd",
    title: "500 readers as the TTL ends",
    summary:
      "One user that everybody reads. Its time in the cache is over, and at that moment 500 readers on 20 app instances ask for it.",
    params: { ttlMs: 3000, databaseMs: 500, instances: 20 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      await read(tools, HOT);
      await tools.sleep(tools.params.ttlMs + 50);
      await herd(tools, HERD);
      await tools.sleep(500);
    },
  },
  {
    id: "missing-ids",
    title: "Asking for who is not there",
    summary:
      "Twenty times a second somebody asks for user 9001, who does not exist. What is never stored is never found: see how many of 120 get through.",
    params: { databaseMs: 80, negativeMs: 1000, instances: 4 },
    expect: { "as-written": "breaks", safe: "holds" },
    play: (tools) => stream(tools, 120, 50, (n) => read(tools, MISSING, n % 4)),
  },
  {
    id: "synchronised-expiry",
    title: "1,000 keys that end together",
    summary:
      "A thousand users are loaded at one moment, as after a start; then each is read four times a second while the TTLs end. Compare the metrics `expiriesPeak` and `reloadsPeak`.",
    params: { ttlMs: 4000, databaseMs: 80, instances: 20 },
    expect: { "as-written": "holds", safe: "holds" },
    play: readAllWhileTheyEnd,
  },
  {
    id: "hot-key",
    title: "A hot key over several TTLs",
    summary:
      "Eighty readers a second, while the TTL ends several times. Does anybody have to wait for the database? Compare `readP99Ms`.",
    params: { ttlMs: 2500, databaseMs: 100, instances: 20 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      await read(tools, HOT);
      await stream(tools, 720, 12, (n) => read(tools, HOT, n % 20));
    },
  },
  {
    id: "out-of-date",
    title: "An answer that is out of date",
    summary:
      "The row changes in the database and nobody tells the cache. Readers get the old name until the TTL ends: the metric `stalestMs` says for how long.",
    params: { ttlMs: 5000, databaseMs: 80 },
    expect: { "as-written": "holds", safe: "holds" },
    async play(tools) {
      await read(tools, HOT);
      await tools.sleep(1000);
      await tools.act("update", { id: HOT, username: "renamed" });
      for (let n = 0; n < 20; n++) {
        await tools.sleep(230);
        await read(tools, HOT, n % 3);
      }
    },
  },
  {
    id: "loader-dies",
    title: "The loader dies",
    summary:
      "One app server has asked the database and dies before it can store the row, while 120 readers come. They must neither go to the database all at once nor wait for ever.",
    params: { ttlMs: 20_000, databaseMs: 300, leaseMs: 2000, instances: 20 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      const loading = tools.act("read", { id: HOT, instance: FIRST });
      await tools.sleep(100);
      await tools.fault("crash-client", { client: FIRST, afterCommands: 0 });
      await Promise.all([loading, herd(tools, 120)]);
    },
  },
  {
    id: "database-fails",
    title: "The database fails while others wait",
    summary:
      "One reader asks the database, a hundred come after it, and the database fails before it has answered. Then it is healed, and a hundred come again.",
    params: { ttlMs: 20_000, databaseMs: 400, instances: 20 },
    expect: { "as-written": "breaks", safe: "holds" },
    async play(tools) {
      const loading = tools.act("read", { id: HOT, instance: FIRST });
      await tools.sleep(100);
      const waiting = herd(tools, 100);
      await tools.sleep(100);
      await tools.fault("fail-database", {});
      await Promise.all([loading, waiting]);
      await tools.sleep(700);
      await tools.fault("heal-database", {});
      await herd(tools, 100);
    },
  },
  {
    id: "explore-two-loaders",
    title: "Two readers, every order",
    summary:
      "Two app servers read the same user, whom the cache does not have. One of them may die at any step. In which orders does the database hear of it twice?",
    params: { ttlMs: 20_000, databaseMs: 0, leaseMs: 200 },
    expect: { "as-written": "breaks", safe: "holds" },
    race: { actors: { A: reads("A"), B: reads("B") }, crashes: ["A"], breach },
  },
  {
    id: "explore-late-loader",
    title: "A loader that is too late",
    summary:
      "Time may pass once, so that a lease can end while its loader is still at work and another one takes over. What the late one brings must not be stored.",
    params: { ttlMs: 20_000, databaseMs: 0, leaseMs: 100 },
    expect: { "as-written": "breaks", safe: "holds" },
    race: {
      actors: { A: reads("A"), B: reads("B") },
      ticks: 1,
      order: ["A", "A", "tick", "B", "B", "B", "A", "A"],
      breach,
    },
  },
];

async function readAllWhileTheyEnd(tools: Tools): Promise<void> {
  const { ttlMs, instances } = tools.params;
  const ids = Array.from({ length: KEYS }, (_, i) => i + 1);
  await Promise.all(ids.map((id) => read(tools, id, id % instances)));
  await tools.sleep(0.68 * ttlMs);
  // Who has asked for a user waits for the answer before asking again.
  const asking = new Map<number, Promise<unknown>>();
  for (let beat = 0; beat < 32; beat++) {
    for (const id of ids)
      if (id % 5 === beat % 5 && !asking.has(id))
        asking.set(
          id,
          read(tools, id, id % instances).then(() => asking.delete(id)),
        );
    await tools.sleep(50);
  }
  await Promise.all(asking.values());
}
