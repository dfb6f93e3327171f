/** Workloads on real Redis and PostgreSQL: every strategy gets the same, and what is said of it is what can be read there. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StrategyFacts, WorkloadView } from "../contract";
import { patterns } from "../patterns/registry";
import { testService } from "../run/testing";
import { type WorkloadRequest, WorkloadService } from "./service";

const STRATEGIES = patterns.filter(({ rows }) => rows).map(({ id }) => id);
const settings = { rate: 120, seconds: 2, writeShare: 0.25, keys: 8, skew: 1, killAt: null };

let service: ReturnType<typeof testService>;
let workloads: WorkloadService;

beforeEach(() => {
  service = testService();
  workloads = new WorkloadService(service.service);
});
afterEach(async () => {
  await workloads.close();
  await service.close();
});

async function run(
  variant: string,
  workload: Partial<WorkloadRequest["workload"]> = {},
  ids = STRATEGIES,
): Promise<Omit<WorkloadView, "owner"> & { of: (id: string) => StrategyFacts }> {
  const strategies = ids.map((pattern) => ({ pattern, variant, params: { databaseMs: 10 } }));
  const one = await workloads.open({ strategies, workload: { ...settings, ...workload }, seed: 1 }, "owner");
  await one.over;
  const view = one.view();
  const of = (id: string) => {
    const found = view.strategies.find(({ pattern }) => pattern === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  return { ...view, of };
}

describe("a workload", () => {
  it("puts the same reads and writes on every safe strategy: none loses a write, none fails, each tells its hits and queries", async () => {
    const view = await run("safe");
    expect(STRATEGIES.length).toBeGreaterThanOrEqual(3);
    expect(view).toMatchObject({ status: "done", sent: view.total });
    const counts = view.strategies.map(({ reads, writes, failed }) => ({ reads, writes, failed }));
    expect(new Set(counts.map((count) => JSON.stringify(count))).size).toBe(1);
    for (const facts of view.strategies) {
      expect(facts).toMatchObject({ lost: 0, unknown: 0, failed: 0 });
      expect(facts.reads + facts.writes).toBe(view.total);
      expect(facts.hits).toBeGreaterThan(0);
      expect(facts.queries).toBeGreaterThan(0);
      const sums = (field: "reads" | "hits" | "queries" | "staleReads") =>
        facts.buckets.reduce((sum, bucket) => sum + bucket[field], 0);
      expect([sums("reads"), sums("hits"), sums("queries"), sums("staleReads")]).toEqual([
        facts.reads,
        facts.hits,
        facts.queries,
        facts.staleReads,
      ]);
      expect(facts.writeMs?.samples).toBe(facts.writes);
    }
  });

  it("write-through answers nothing stale, where a cache that is told of no write does", async () => {
    const view = await run("safe", {}, ["write-through", "cache-aside"]);
    expect(view.of("write-through").staleReads).toBe(0);
    expect(view.of("cache-aside").staleReads).toBeGreaterThan(0);
    expect(view.of("cache-aside").stalestMs).toBeGreaterThan(0);
  });

  it("with a kill: what write-behind holds back as written is lost, what it keeps in its append-only file is not", async () => {
    const killed = { killAt: 1 };
    const asWritten = await run("as-written", killed, ["write-behind", "write-through"]);
    const { lost, writes, runId } = asWritten.of("write-behind");
    const { metrics } = service.service.get(runId).run.trace.judge();
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(writes); // what came after the kill waits in Redis
    expect(metrics).toMatchObject({ lost, pending: expect.any(Number) });
    expect(metrics.pending).toBeGreaterThan(0);
    expect(asWritten.of("write-through").lost).toBe(0);
    const safe = await run("safe", killed, ["write-behind", "write-through"]);
    expect(safe.strategies.map(({ lost }) => lost)).toEqual([0, 0]);
  });

  it("has its kill at its very end, too", async () => {
    const { strategies } = await run("as-written", { killAt: settings.seconds, rate: 20 }, [
      "write-behind",
      "write-through",
    ]);
    for (const { runId } of strategies) {
      const { log } = service.service.get(runId).run.trace;
      const told = log.range(1, log.lastSeq).events.flatMap((event) => (event.type === "fault" ? event.fault : []));
      expect(told).toEqual(["kill-redis", "restart-redis"]);
    }
  });

  it("is the owner's only one: the next takes its place, with its runs", async () => {
    const open = () =>
      workloads.open(
        {
          strategies: ["cache-aside", "write-through"].map((pattern) => ({ pattern, variant: "safe" })),
          workload: { ...settings, seconds: 60 },
        },
        "owner",
      );
    const first = await open();
    const second = await open();
    expect(first.status).toBe("ended");
    expect(() => workloads.get(first.id)).toThrow(/no workload/);
    await workloads.remove(second);
    expect(service.service.liveCount).toBe(0);
  });

  it("refuses what caches no rows, and variants that cannot both read and write", async () => {
    const open = (pattern: string, variant: string) =>
      workloads.open({ strategies: [{ pattern, variant }], workload: settings }, "owner");
    await expect(open("counter", "safe")).rejects.toMatchObject({
      status: 400,
      details: { field: "strategies.0.pattern" },
    });
    await expect(open("write-through", "none")).rejects.toMatchObject({
      status: 400,
      details: { field: "strategies.0.variant" },
    });
  });
});
