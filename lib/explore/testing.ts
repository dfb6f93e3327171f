/** For tests of the explorer: races on real redis-servers, with code of patterns or of nobody's pattern at all. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { ActionCode, Invariant, Params, Pattern, PatternContext, Race, Variant } from "../contract";
import { Databases } from "../database/databases";
import { readEnv } from "../env";
import type { WireValue } from "../events";
import { patterns } from "../patterns/registry";
import type { RedisServerSettings } from "../redis/redis-server";
import { definedOf } from "../run/scenario-player";
import { DATABASE_WORKER } from "../run/testing";
import { type Explored, type ExploreOptions, explore, scriptsOf } from "./explorer";
import type { ExploredRace } from "./track";

/** Calls back with settings for redis-servers whose files are gone afterwards. */
export async function withServers<T>(use: (settings: RedisServerSettings) => Promise<T>): Promise<T> {
  const { REDIS_SERVER_BIN, CLOCK_SHIM, RUN_REDIS_MAX_MB } = readEnv({ ...process.env, NODE_ENV: "test" });
  const directory = mkdtempSync(join(tmpdir(), "playground-explore-"));
  try {
    return await use({ binary: REDIS_SERVER_BIN, clockShim: CLOCK_SHIM, directory, maxMemoryMb: RUN_REDIS_MAX_MB });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A race of a registered pattern, as the API would explore it. */
export function registered(id: string, variantId: string, scenarioId: string, seed = 1): ExploredRace {
  const pattern = patterns.find((one) => one.id === id);
  const variant = pattern?.variants.find((one) => one.id === variantId);
  const scenario = pattern?.scenarios.find((one) => one.id === scenarioId);
  if (!pattern || !variant || !scenario?.race) throw new Error(`no race ${id}/${variantId}/${scenarioId}`);
  const defaults: Params = Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default]));
  const params = { ...defaults, ...definedOf(scenario.params) };
  return { pattern, variant, params, race: scenario.race, seed, scripts: scriptsOf(id) };
}

/** A database in the same directory as the servers; gone afterwards. */
export async function withDatabases<T>(directory: string, use: (databases: Databases) => Promise<T>): Promise<T> {
  const { DATABASE_URL, DATABASE_TEMPLATE } = readEnv({ ...process.env, NODE_ENV: "test" });
  const databases = new Databases({
    url: DATABASE_URL,
    template: DATABASE_TEMPLATE,
    directory,
    worker: DATABASE_WORKER,
  });
  try {
    return await use(databases);
  } finally {
    await databases.close();
  }
}

export const exploreOnServers = (race: ExploredRace, options?: ExploreOptions): Promise<Explored> =>
  withServers((settings) =>
    withDatabases(settings.directory, async (databases) => {
      const { pattern } = race;
      const database = pattern.database ? { engine: await databases.engine(), prefix: databases.prefix } : undefined;
      return explore(race, settings, { ...options, database });
    }),
  );

type Call = (context: PatternContext) => Promise<WireValue>;

/** Code of no pattern: each actor makes its call once, and `holds` judges what all calls have answered. */
export function adHoc(
  actors: Readonly<Record<string, Call>>,
  holds: (values: WireValue[]) => boolean,
  more: Partial<Race> = {},
): ExploredRace {
  const invariant: Invariant<Params, WireValue[]> = {
    text: "The answers are possible together.",
    initial: () => [],
    fold(values, event) {
      if (event.type === "result") values.push(event.value ?? null);
      return values;
    },
    judge: (values) => ({
      holds: holds(values),
      text: JSON.stringify(values.toSorted()),
      violations: [],
      metrics: {},
    }),
  };
  const run: ActionCode = (context: PatternContext) => actors[context.actor]?.(context) ?? Promise.resolve(null);
  const variant: Variant = { id: "only", title: "Only", summary: "", files: [], actions: { go: run } };
  const pattern: Pattern = {
    id: "ad-hoc",
    title: "Ad hoc",
    family: "basics",
    summary: "",
    params: [],
    variants: [variant],
    actions: [{ id: "go", title: "Go", summary: "", body: z.strictObject({}), result: z.json() }],
    scenarios: [],
    faults: [],
    invariant: invariant as Invariant<Params, never>,
  };
  const race: Race = {
    actors: Object.fromEntries(Object.keys(actors).map((id) => [id, ({ act }) => act("go", {})])),
    breach: () => "break it",
    ...more,
  };
  return { pattern, variant, params: {}, race, seed: 1, scripts: [] };
}
