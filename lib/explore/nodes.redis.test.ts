/** Races on independent nodes: who reaches which, restarts as steps, and what is counted of orders beside their verdict. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PatternContext } from "../contract";
import type { RunEvent, WireValue } from "../events";
import type { RunService } from "../run/service";
import { testService } from "../run/testing";
import { SteppingService } from "./stepping";
import { adHoc, exploreOnServers } from "./testing";

/** Writes its name on nodes 1 to 3, one after another; answers what it found there. */
const writesAll = async ({ nodes, actor }: PatternContext): Promise<WireValue> => {
  const found: WireValue[] = [];
  for (const node of nodes) found.push(await node.set("k", actor, "GET").catch(() => "refused"));
  return found;
};

const onNodes = (race: ReturnType<typeof adHoc>, nodes = 3) => ({ ...race, pattern: { ...race.pattern, nodes } });

describe("an exploration on nodes", () => {
  it("steps each command to a node by itself; what is refused is no step", async () => {
    const answers = new Set<string>();
    const race = adHoc(
      { A: writesAll, B: writesAll },
      (values) => {
        for (const value of values) answers.add(JSON.stringify(value));
        return true;
      },
      { reaches: { A: [1, 2], B: [2, 3] } },
    );
    const { search } = await exploreOnServers(onNodes(race));
    // Two steps each: 4 choose 2.
    expect([search.schedules, search.complete]).toEqual([6, true]);
    expect([...answers].sort()).toEqual(
      ['["refused","A",null]', '["refused",null,null]', '[null,"B","refused"]', '[null,null,"refused"]'].sort(),
    );
  });

  it("may restart a node once at any step, and it comes back empty", async () => {
    const reads = async ({ nodes: [, second] }: PatternContext): Promise<WireValue> => {
      await second?.set("k", "here");
      return (await second?.get("k")) ?? null;
    };
    const seen = new Map<WireValue, number>();
    const race = adHoc(
      { A: reads },
      ([value = null]) => {
        seen.set(value, (seen.get(value) ?? 0) + 1);
        return true;
      },
      { restarts: [2], notable: { text: "find nothing", of: ({ text }) => text === "[null]" } },
    );
    const { search } = await exploreOnServers(onNodes(race));
    // Not at all, before, between, after: between SET and GET it is lost. Nothing comes after the last step.
    expect([search.schedules, search.complete]).toEqual([3, true]);
    expect(search.orders.map(({ order }) => order.split("").map((c) => search.alphabet[Number(c)]))).toContainEqual([
      "A",
      "restart:2",
      "A",
    ]);
    expect(search.notable).toEqual({ text: "find nothing", orders: 1 });
    expect(search.text).toBe("None of 3 orders breaks it. 1 of them find nothing.");
  });

  it("finds an order that only a restart breaks, and tells it", async () => {
    const reads = async ({ nodes: [first] }: PatternContext): Promise<WireValue> => {
      await first?.set("k", "here");
      return (await first?.get("k")) ?? null;
    };
    const race = adHoc({ A: reads }, ([value]) => value !== null, { restarts: [1] });
    const { search, shortest } = await exploreOnServers(onNodes(race));
    expect(search.violating).toBe(1);
    expect(shortest?.schedule).toEqual(["A", "restart:1", "A"]);
    expect(shortest?.told).toEqual([
      "A sends SET k here to node 1, and gets OK.",
      "Node 1 has crashed and is back at once, empty: it keeps nothing on disk.",
      "A sends GET k to node 1, and gets nothing.",
      "A is done: nothing.",
      "[null]",
    ]);
  });
});

describe("a stepped run on nodes", () => {
  let runs: RunService;
  let stepping: SteppingService;
  let close: () => Promise<void>;
  beforeEach(() => {
    ({ service: runs, close } = testService());
    stepping = new SteppingService(runs);
  });
  afterEach(() => close());

  it("offers the restart as a choice, once, and shows which node each command goes to", async () => {
    const live = await runs.open({ pattern: "redlock", seed: 1 }, "owner");
    const eventsOf = (runId: string): RunEvent[] => {
      const { log } = runs.get(runId).run.trace;
      return log.range(1, log.lastSeq).events;
    };
    let view = await stepping.begin(live, { scenario: "explore-restart" });
    expect(view.choices).toContain("restart:3");
    expect(view.gate.map(({ commands }) => commands[0]?.slice(0, 11))).toEqual(["node 1: SET", "node 3: SET"]);
    for (const choice of ["A", "A", "A", "restart:3"]) view = await stepping.step(view.runId, choice);
    expect(view.choices).not.toContain("restart:3");
    for (const choice of ["B", "B", "B"]) view = await stepping.step(view.runId, choice);
    expect(view.verdict.metrics).toMatchObject({ timesTwoOwners: 1, mostOwners: 2 });
    const faults = eventsOf(view.runId).filter((event) => event.type === "fault");
    expect(faults).toMatchObject([{ fault: "restart-empty", node: 3 }]);
    // One step back: node 3 has crashed again, and B has asked two of its three.
    view = await stepping.undo(view.runId);
    expect(view.schedule).toEqual(["A", "A", "A", "restart:3", "B", "B"]);
    expect(view.verdict.metrics.timesTwoOwners).toBe(0);
    await expect(stepping.step(view.runId, "restart:3")).rejects.toMatchObject({ code: "not_possible" });
  });
});
