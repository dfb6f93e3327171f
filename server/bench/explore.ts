/** How fast orders are run, on the default pool of servers: the aim is 1,000 orders of ten steps a second, on an idle machine. */
import type { PatternContext } from "../../lib/contract";
import { adHoc, exploreOnServers, registered } from "../../lib/explore/testing";
import type { ExploredRace } from "../../lib/explore/track";

const ROUNDS = 5;

const increments = (times: number) => async (ctx: PatternContext) => {
  for (let i = 0; i < times; i++) await ctx.redis.incr("counter");
  return times;
};
const holds = () => true;

const RACES: [name: string, race: () => ExploredRace][] = [
  ["2 actors × 5 commands", () => adHoc({ A: increments(5), B: increments(5) }, holds)],
  ["3 actors × 3 commands", () => adHoc({ A: increments(3), B: increments(3), C: increments(3) }, holds)],
  ["token-bucket, read-then-write", () => registered("token-bucket", "read-then-write", "explore-three")],
];

export async function benchExplore(): Promise<void> {
  console.log(`\nExploring: ${ROUNDS} rounds, interleaved; a violation is replayed once more before it counts`);
  const taken = new Map<string, { ms: number; schedules: number; firstMs: number }[]>(
    RACES.map(([name]) => [name, []]),
  );
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, race] of RACES) {
      const startedAt = performance.now();
      let firstMs = 0;
      const { search, ms } = await exploreOnServers(race(), {
        progress: ({ violating }) => {
          if (violating > 0 && firstMs === 0) firstMs = performance.now() - startedAt;
        },
      });
      taken.get(name)?.push({ ms, schedules: search.schedules, firstMs });
    }
  for (const [name, rounds] of taken) {
    const [middle] = rounds.toSorted((a, b) => a.ms - b.ms).slice(ROUNDS >> 1);
    if (!middle) continue;
    const { ms, schedules, firstMs } = middle;
    const first = firstMs ? `, first violation after ${Math.round(firstMs)} ms, servers' start included` : "";
    const rate = Math.round((schedules * 1000) / ms).toLocaleString("en-US");
    console.log(`  ${name}: ${schedules} orders in ${Math.round(ms)} ms (median), ${rate} orders/s${first}`);
  }
}
