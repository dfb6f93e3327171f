/** Traces of real runs, written as the API writes them and read as the page reads them: the same pictures, from any side. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { traceStream } from "@/lib/api/trace-export";
import type { Stage } from "@/lib/contract";
import { patterns } from "@/lib/patterns/registry";
import { stages } from "@/lib/patterns/stages";
import type { Run } from "@/lib/run/run";
import { testService } from "@/lib/run/testing";
import type { RunStore } from "../run/run-store";
import { readTrace } from "./trace-reader";

const stageOf = async (id: string): Promise<Stage> => {
  const load = stages[id];
  if (!load) throw new Error(`${id} has no stage`);
  return (await load()).stage;
};

async function readBack(run: Run): Promise<RunStore> {
  const ndjson = traceStream(run, 1, run.trace.log.lastSeq, "ndjson");
  return readTrace(ndjson, { pattern: run.pattern.id, stage: await stageOf(run.pattern.id) });
}

/** The state after each event, each reached from the one before: what every other way must come to. */
function forward(stage: Stage, store: RunStore): Map<number, unknown> {
  const states = new Map<number, unknown>();
  const { firstSeq, lastSeq, checkpoint } = store.log;
  let state = structuredClone(checkpoint.state);
  states.set(firstSeq - 1, structuredClone(state));
  for (const event of store.log.range(firstSeq, lastSeq).events) {
    state = stage.fold(state, event);
    states.set(event.seq, structuredClone(state));
  }
  return states;
}

describe("a recorded trace", () => {
  let service: ReturnType<typeof testService>;
  beforeAll(() => {
    service = testService({ RUNS_PER_OWNER: "100", TRACE_MAX_EVENTS: "10000" });
  });
  afterAll(() => service.close());

  it.each(patterns.map(({ id }) => id))(
    "of %s comes back with the server's own state and verdict, and any moment is the same from before and after",
    async (id) => {
      const pattern = patterns.find((each) => each.id === id);
      const telling = pattern?.scenarios.filter(
        ({ expect: of }) => of["as-written"] === "breaks" && of.safe === "holds",
      );
      // A race is short: the state after each of its events is kept and compared.
      const scenario = telling?.find(({ race }) => race) ?? telling?.[0];
      const stage = await stageOf(id);
      for (const variant of ["as-written", "safe"]) {
        const owned = await service.service.open({ pattern: id, variant, seed: 11 }, "test");
        await owned.run.play(scenario?.id ?? "", "fast");
        // Nothing may be written any more while it is read.
        await service.service.end(owned, "Over.");
        const store = await readBack(owned.run);
        const { log } = owned.run.trace;
        expect(store.log.lastSeq).toBe(log.lastSeq);
        expect(store.picture().state).toEqual(JSON.parse(JSON.stringify(log.state)));
        expect(store.picture().verdict).toMatchObject({ holds: log.verdict?.holds, text: log.verdict?.text });

        const states = forward(stage, store);
        const seqs = fc.array(fc.integer({ min: store.log.firstSeq - 1, max: store.log.lastSeq }), { minLength: 2 });
        fc.assert(
          fc.property(seqs, fc.array(fc.constantFrom(-10, -1, 1, 10)), (jumps, steps) => {
            const look = () => {
              const { seq, state } = store.picture();
              expect(state).toEqual(states.get(seq));
            };
            for (const seq of jumps) {
              store.seek(seq);
              look();
            }
            for (const by of steps) {
              store.step(by);
              look();
            }
          }),
          { numRuns: 40 },
        );
        await service.service.remove(owned);
      }
    },
    60_000,
  );

  it("that has lost its head comes back with the checkpoint, the actors and the same state", async () => {
    const owned = await service.service.open({ pattern: "token-bucket", variant: "safe", seed: 1 }, "test");
    const { run } = owned;
    while (run.trace.checkpoint() === null)
      await Promise.all(Array.from({ length: 100 }, () => run.act("take", { client: "alice" })));
    await service.service.end(owned, "Over.");
    const store = await readBack(run);
    expect(store.log.at(1)).toBeNull();
    expect(store.facts).toMatchObject({ variant: "safe", params: run.params });
    expect(store.facts.actors.get("alice")).toMatchObject({ index: 0 });
    expect(store.picture().state).toEqual(JSON.parse(JSON.stringify(run.trace.log.state)));
    await service.service.remove(owned);
  });
});
