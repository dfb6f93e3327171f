/** One exploration from servers to story: starts redis-servers of its own, runs the orders, and ends them. */
import { join } from "node:path";
import type { ShortestSchedule } from "../contract";
import type { DatabaseEngine } from "../database/engine";
import { loadTables } from "../database/pattern-tables";
import { RunSchema } from "../database/run-schema";
import { RedisServer, type RedisServerSettings } from "../redis/redis-server";
import { loadScripts } from "../run/scripts";
import { Search } from "./search";
import { type ExploredRace, Track } from "./track";

/** Each has its own clock, so its own server; four keep two cores busy while replies are on their way. */
const TRACKS = 4;
/** One with nodes is six servers, which keep the cores busy by themselves. */
const TRACKS_WITH_NODES = 2;

/** Where the schemas of an exploration are made. */
export interface ExploreDatabase {
  engine: DatabaseEngine;
  /** Of their names. */
  prefix: string;
}

export interface ExploreOptions {
  /** Of a pattern that has one. */
  database?: ExploreDatabase | undefined;
  maxSchedules?: number | undefined;
  tracks?: number;
  /** Called after each order. */
  progress?: (search: Search) => void;
}

export interface Explored {
  search: Search;
  shortest: ShortestSchedule | null;
  /** From the first order to the last. */
  ms: number;
}

/** The scripts that a registered pattern's code calls. */
export const scriptsOf = (patternId: string) => loadScripts(join("lib", "patterns", patternId));

/** @throws Error when a redis-server does not start, a violation does not repeat, or the race cannot be stepped */
export async function explore(
  race: ExploredRace,
  settings: RedisServerSettings,
  { database, maxSchedules, tracks, progress }: ExploreOptions = {},
): Promise<Explored> {
  const search = new Search(race, maxSchedules);
  const { nodes: nodeCount = 0 } = race.pattern;
  const wanted = tracks ?? (nodeCount ? TRACKS_WITH_NODES : TRACKS);
  const perTrack = 1 + nodeCount + (race.race.restarts?.length ? 1 : 0);
  const started = await Promise.allSettled(
    Array.from({ length: wanted * perTrack }, () => RedisServer.start(settings)),
  );
  const servers = started.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const opened: Track[] = [];
  const schemas: RunSchema[] = [];
  try {
    const [failure] = started.filter((start) => start.status === "rejected");
    if (failure) throw failure.reason;
    const definition = race.pattern.database ? loadTables(race.pattern.id) : null;
    for (let first = 0; first < servers.length; first += perTrack) {
      const [server, ...others] = servers.slice(first, first + perTrack) as [RedisServer, ...RedisServer[]];
      const [nodes, [spare]] = [others.slice(0, nodeCount), others.slice(nodeCount)];
      const schema = definition && database ? await RunSchema.open(database.engine, database.prefix, definition) : null;
      if (schema) schemas.push(schema);
      opened.push(await Track.open({ server, nodes, spare, schema }, race));
    }
    const startedAt = performance.now();
    await search.run(opened, () => progress?.(search));
    const ms = performance.now() - startedAt;
    const shortest = opened[0] ? await search.conclude(opened[0]) : null;
    return { search, shortest, ms };
  } finally {
    await Promise.all(opened.map((track) => track.close()));
    await Promise.all([...servers.map((server) => server.stop()), ...schemas.map((schema) => schema.drop())]);
  }
}
