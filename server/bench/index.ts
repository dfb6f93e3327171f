/** `npm run bench [-- gate limiters sessions caching locks queues streams explore scrub browser]`: ratios within one run, with sample counts. */
import { benchBrowser } from "./browser";
import { benchCaching } from "./caching";
import { benchExplore } from "./explore";
import { benchGate } from "./gate";
import { benchLimiters } from "./limiters";
import { benchLocks } from "./locks";
import { benchQueues } from "./queues";
import { benchScrub } from "./scrub";
import { benchSessions } from "./sessions";
import { benchStreams } from "./streams";

const benches: Record<string, () => Promise<void>> = {
  gate: benchGate,
  limiters: benchLimiters,
  sessions: benchSessions,
  caching: benchCaching,
  locks: benchLocks,
  queues: benchQueues,
  streams: benchStreams,
  explore: benchExplore,
  scrub: benchScrub,
  browser: benchBrowser,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length) {
  console.error(`There is no bench "${unknown[0]}"; there are: ${Object.keys(benches).join(", ")}.`);
  process.exit(1);
}
for (const [name, bench] of Object.entries(benches)) if (asked.length === 0 || asked.includes(name)) await bench();
process.exit(0);
