/** What the worker thread does: one exploration, told as it goes. */
import { connectDatabase } from "../database/connect";
import type { LentDatabase } from "../database/databases";
import { patterns } from "../patterns/registry";
import { type ExploreDatabase, explore, scriptsOf } from "./explorer";
import type { ExplorationFacts, ExplorationMessage, ExplorationTask } from "./messages";
import type { Search } from "./search";

const TELL_EVERY_MS = 100;

/** Never rejects: what goes wrong is told. */
export async function work(task: ExplorationTask, tell: (message: ExplorationMessage) => void): Promise<void> {
  const startedAt = performance.now();
  let toldAt = 0;
  let told = 0;
  const facts = (search: Search, ms = performance.now() - startedAt): ExplorationFacts => {
    const { schedules, violating, notable, complete, strategy, text, alphabet } = search;
    return { schedules, violating, notable, complete, strategy, text, alphabet, ms: Math.round(ms) };
  };
  const news = (search: Search) => {
    const orders = search.orders.slice(told);
    told = search.orders.length;
    return orders;
  };
  let database: ExploreDatabase | undefined;
  try {
    const pattern = patterns.find(({ id }) => id === task.pattern);
    const variant = pattern?.variants.find(({ id }) => id === task.variant);
    const race = pattern?.scenarios.find(({ id }) => id === task.scenario)?.race;
    if (!pattern || !variant || !race) throw new Error(`There is no race ${task.pattern}/${task.scenario}.`);
    const { params, seed, redis, maxSchedules } = task;
    database = task.database ? await connect(task.database) : undefined;
    const { search, shortest, ms } = await explore(
      { pattern, variant, params, race, seed, scripts: scriptsOf(pattern.id) },
      redis,
      {
        database,
        maxSchedules,
        progress(running) {
          if (performance.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = performance.now();
          tell({ kind: "progress", facts: facts(running), orders: news(running) });
        },
      },
    );
    tell({ kind: "done", facts: facts(search, ms), orders: news(search), shortest });
  } catch (error) {
    tell({ kind: "failed", problem: error instanceof Error ? error.message : String(error) });
  } finally {
    await database?.engine.close();
  }
}

async function connect({ access, prefix }: LentDatabase): Promise<ExploreDatabase> {
  return { engine: await connectDatabase(access), prefix };
}
