/** One exploration from servers to story: starts redis-servers of its own, runs the orders, and ends them. */
import { join } from "node:path";
import type { ShortestSchedule } from "../contract";
import { RedisServer, type RedisServerSettings } from "../redis/redis-server";
import { loadScripts } from "../run/scripts";
import { Search } from "./search";
import { type ExploredRace, Track } from "./track";

/** Each has its own clock, so its own server; four keep two cores busy while replies are on their way. */
const TRACKS = 4;

export interface ExploreOptions {
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
  { maxSchedules, tracks: wanted = TRACKS, progress }: ExploreOptions = {},
): Promise<Explored> {
  const search = new Search(race, maxSchedules);
  const started = await Promise.allSettled(Array.from({ length: wanted }, () => RedisServer.start(settings)));
  const servers = started.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  const tracks: Track[] = [];
  try {
    const [failure] = started.filter((start) => start.status === "rejected");
    if (failure) throw failure.reason;
    for (const server of servers) tracks.push(await Track.open(server, race));
    const startedAt = performance.now();
    await search.run(tracks, () => progress?.(search));
    const ms = performance.now() - startedAt;
    const shortest = tracks[0] ? await search.conclude(tracks[0]) : null;
    return { search, shortest, ms };
  } finally {
    for (const track of tracks) track.close();
    await Promise.all(servers.map((server) => server.stop()));
  }
}
