/** What a move of the playhead costs on a long trace of a real run: the aim is less than 100 ms in 50,000 events. */

import { ChunkedLog } from "../../lib/chunked-log";
import { stages } from "../../lib/patterns/stages";
import { seededRandom } from "../../lib/run/random";
import { testService } from "../../lib/run/testing";
import { percentile } from "./rounds";

const EVENTS = 50_000;
const MOVES = 500;
const AT_ONCE = 50;

/** The page's own bound (components/run/run-store.ts). */
const BOUNDS = { maxEvents: 200_000, maxBytes: Number.POSITIVE_INFINITY, chunkSize: 500 };

export async function benchScrub(): Promise<void> {
  const { service, close } = testService();
  try {
    console.log(`\nScrubbing: ${MOVES} moves to random events of a trace of ${EVENTS.toLocaleString("en-US")}`);
    for (const pattern of ["token-bucket", "sliding-window"]) {
      const { run } = await service.open({ pattern, variant: "safe", seed: 1 }, "bench");
      const { log } = run.trace;
      while (log.lastSeq < EVENTS)
        await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => run.act("take", { client: `c${i % 5}` })));
      await run.quiet();
      const load = stages[pattern];
      if (!load) throw new Error(`${pattern} has no stage`);
      const page = new ChunkedLog((await load()).stage, BOUNDS);
      const { events } = log.range(log.firstSeq, log.lastSeq);
      for (const event of events) page.append(event);
      const random = seededRandom(7);
      const taken: number[] = [];
      for (let i = 0; i < MOVES; i++) {
        const seq = page.firstSeq + Math.floor(random() * (page.lastSeq - page.firstSeq));
        const startedAt = performance.now();
        page.moment(seq);
        taken.push(performance.now() - startedAt);
      }
      const at = (share: number) => `${percentile(taken, share).toFixed(2)} ms`;
      console.log(`  ${pattern}: p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} (${events.length} events)`);
    }
  } finally {
    await close();
  }
}
