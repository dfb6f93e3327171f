import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Arrivals } from "../contract";
import { RedisPool } from "../redis/pool";
import type { RedisServer } from "../redis/redis-server";
import type { Run } from "../run/run";
import type { RunService } from "../run/service";
import { testService } from "../run/testing";
import type { Comparison } from "./comparison";
import type { ComparisonRequest } from "./request";
import { ComparisonService } from "./service";

let runs: RunService;
let comparisons: ComparisonService;
let closeRuns: () => Promise<void>;

function start(settings: Record<string, string> = {}): void {
  ({ service: runs, close: closeRuns } = testService(settings));
  comparisons = new ComparisonService(runs);
}
async function close(): Promise<void> {
  await comparisons.close();
  await closeRuns();
}
beforeEach(() => start());
afterEach(async () => {
  vi.restoreAllMocks();
  await close();
});

const BUCKETS = ["safe", "as-written"].map((variant) => ({ pattern: "token-bucket", variant }));

function open(
  { variants = BUCKETS, ...arrivals }: Partial<Arrivals> & { variants?: ComparisonRequest["variants"] } = {},
  owner = "me",
): Promise<Comparison> {
  return comparisons.open(
    { variants, arrivals: { shape: "steady", rate: 100, seconds: 0.3, clients: 2, cost: 1, ...arrivals }, seed: 3 },
    owner,
  );
}
/** One that goes on until it is ended. */
const openLong = (owner?: string) => open({ seconds: 60 }, owner);

async function over(opening: Promise<Comparison>): Promise<Comparison> {
  const comparison = await opening;
  await comparison.over;
  return comparison;
}

const runOf = (comparison: Comparison, index: number) => comparison.runs[index]?.run as Run;
const pidsOf = ({ runs: owned }: Comparison) => owned.map(({ run }) => run.server.pid ?? 0);
const exists = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const results = ({ trace: { log } }: Run) =>
  log.range(1, log.lastSeq).events.flatMap((event) => (event.type === "result" ? [event] : []));
const hasAnswered = ({ answers }: Comparison, atLeast: number) =>
  vi.waitFor(() => expect(answers.answered).toBeGreaterThanOrEqual(atLeast), { timeout: 5000 });
const countOf = <T>(items: Iterable<T>) => {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

describe("a comparison", () => {
  it("asks every limiter each arrival exactly once, for the client whose turn it is", async () => {
    const comparison = await over(open({ rate: 400, clients: 4, shape: "poisson" }));
    const { names, clients } = comparison.schedule;
    const turns = countOf([...clients].map((client) => names[client]));
    expect(turns.size).toBe(4);
    for (const { run } of comparison.runs) {
      const seen = results(run);
      expect(countOf(seen.map(({ body }) => body.client))).toEqual(turns);
      expect(new Set(seen.map(({ action }) => action)).size).toBe(clients.length);
    }
    expect(comparison.view()).toMatchObject({ status: "done", total: clients.length, answered: clients.length });
    for (const { admitted, denied, failed } of comparison.view().limiters)
      expect([admitted + denied, failed]).toEqual([clients.length, 0]);
  });

  it("has all results in the traces when it is done, and the letters say what stands there", async () => {
    const comparison = await over(open({ clients: 1, shape: "burst" }));
    for (const [index, { run }] of comparison.runs.entries()) {
      const decided = results(run).map(({ value }) => (value as { allowed: boolean }).allowed);
      const letters = comparison.answers.letters(index, 0, comparison.answers.total);
      expect(letters).toMatch(/y+.*n/);
      expect(countOf(letters)).toEqual(countOf(decided.map((allowed) => (allowed ? "y" : "n"))));
    }
  });

  it("passes a cost on to every request", async () => {
    const variants = ["token-bucket", "sliding-window"].map((pattern) => ({ pattern, variant: "safe" }));
    const comparison = await over(open({ variants, shape: "burst", clients: 1, cost: 4 }));
    // Ten units, four at a time.
    for (const { admitted } of comparison.view().limiters) expect(admitted).toBe(2);
  });

  it("shows that the sliding window as written never denies, and every arrival on which the safe one did", async () => {
    const variants = ["as-written", "safe"].map((variant) => ({ pattern: "sliding-window", variant }));
    const comparison = await over(open({ variants, shape: "burst", clients: 1 }));
    const view = comparison.view();
    expect(view.limiters.map(({ admitted, denied }) => [admitted, denied])).toEqual([
      [30, 0],
      [10, 20],
    ]);
    expect(view.limiters.map(({ holds }) => holds)).toEqual([false, true]);
    expect(view.disagreements).toBe(20);
    expect(view.disagreed).toEqual(
      Array.from({ length: 20 }, (_, i) => ({ n: 10 + i, atMs: 0, client: "alice", answers: "yn" })),
    );
  });

  it("tells of each limiter how long it took, what it sent and what its keys weigh", async () => {
    const variants = [
      { pattern: "token-bucket", variant: "safe" },
      { pattern: "sliding-window", variant: "safe" },
      { pattern: "token-bucket", variant: "read-then-write" },
    ];
    const comparison = await over(open({ variants }));
    const [bucket, window, twoSteps] = comparison.view().limiters;
    for (const limiter of comparison.view().limiters) {
      expect(limiter.decisionMs?.samples).toBe(30);
      expect(limiter.decisionMs?.p50).toBeGreaterThan(0);
      expect(limiter.decisionMs?.p99).toBeGreaterThanOrEqual(limiter.decisionMs?.p50 ?? Number.POSITIVE_INFINITY);
      expect(limiter.bytesPerKey).toBeGreaterThan(0);
      expect(limiter.keys).toBe(2);
    }
    expect([bucket?.commandsPerDecision, window?.commandsPerDecision]).toEqual([1, 1]);
    expect(twoSteps?.commandsPerDecision).toBeGreaterThan(1);
    expect(bucket).toMatchObject({
      runId: runOf(comparison, 0).id,
      title: "Token bucket, Safe",
      params: { capacity: 10, refillPerSecond: 1 },
    });
  });

  it("keeps its facts once it is over, whatever its owner then does with the runs", async () => {
    const comparison = await over(open());
    await runOf(comparison, 0).act("take", { client: "zoe" });
    await runOf(comparison, 1).configure({ params: { ...runOf(comparison, 1).params, capacity: 3 } });
    const [first, second] = comparison.view().limiters;
    expect(first).toMatchObject({ commandsPerDecision: 1, keys: 2 });
    expect(second?.params.capacity).toBe(10);
  });

  it("that has no arrivals is done at once", async () => {
    const comparison = await over(open({ rate: 0.1, seconds: 0.1 }));
    expect(comparison.view()).toMatchObject({ status: "done", total: 0, answered: 0, disagreements: 0 });
    expect(comparison.view().limiters[0]).toMatchObject({ decisionMs: null, commandsPerDecision: null });
  });

  it("holds its runs to itself: acting, playing and changing are refused as busy until it is over", async () => {
    const comparison = await openLong();
    const run = runOf(comparison, 1);
    const busy = { status: 409, code: "busy" };
    await expect(run.act("take", { client: "alice" })).rejects.toMatchObject(busy);
    await expect(run.play("burst", "fast")).rejects.toMatchObject(busy);
    await expect(run.configure({ params: run.params })).rejects.toMatchObject(busy);
    comparison.end();
    await expect(run.act("take", { client: "zoe" })).resolves.toMatchObject({ allowed: true });
  });

  it("releases its runs when it is done", async () => {
    const comparison = await over(open());
    for (const { run } of comparison.runs)
      await expect(run.act("take", { client: "zoe" })).resolves.toMatchObject({ allowed: true });
  });

  it("goes on when one Redis is killed: that limiter does not answer, the others do, and it comes to its end", async () => {
    const comparison = await open({ seconds: 1.5 });
    await hasAnswered(comparison, 10);
    await runOf(comparison, 0).pullFault("kill-redis", {}, "person");
    await comparison.over;
    const { status, answered, total, limiters } = comparison.view();
    expect({ status, answered }).toEqual({ status: "done", answered: total });
    const [killed, other] = limiters;
    expect(comparison.answers.letters(0, 0, total)).toMatch(/^[yn]{10}.*x$/);
    expect(other?.failed).toBe(0);
    expect(killed?.decisionMs?.samples).toBe((killed?.admitted ?? 0) + (killed?.denied ?? 0));
    expect(comparison.view().disagreed.at(-1)?.answers).toMatch(/^x[yn]$/);
  });

  it("lets a Redis that comes back answer again", async () => {
    const comparison = await openLong();
    const run = runOf(comparison, 0);
    await run.pullFault("kill-redis", {}, "person");
    await vi.waitFor(() => expect(comparison.answers.counts(0).x).toBeGreaterThan(0), { timeout: 5000 });
    await run.pullFault("restart-redis", {}, "person");
    await vi.waitFor(() => expect(comparison.answers.letters(0, 0, comparison.answers.prefixOf(0))).toMatch(/x+[yn]/), {
      timeout: 5000,
    });
  });

  it("does not wait for ever for a Redis that hangs", async () => {
    const comparison = await open({ seconds: 1.5 });
    await hasAnswered(comparison, 10);
    const { pid } = runOf(comparison, 0).server;
    process.kill(pid ?? 0, "SIGSTOP");
    await vi.waitFor(() => expect(comparison.answers.prefixOf(1)).toBe(comparison.answers.total), { timeout: 5000 });
    // As if ten seconds had passed.
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 10_000);
    await comparison.over;
    expect(comparison.status).toBe("done");
    expect(comparison.answers.letters(0, 0, comparison.answers.total)).toMatch(/^[yn]{10}.*x$/);
    expect(comparison.view().limiters[1]?.failed).toBe(0);
  });

  it("ends when one of its runs ends; what was answered stays, and the others are released", async () => {
    const comparison = await openLong();
    await hasAnswered(comparison, 5);
    const [first] = comparison.runs;
    if (first) await runs.end(first, "enough");
    await comparison.over;
    const { status, answered } = comparison.view();
    expect(status).toBe("ended");
    expect(answered).toBeGreaterThanOrEqual(5);
    await expect(runOf(comparison, 1).act("take", { client: "zoe" })).resolves.toMatchObject({ allowed: true });
    expect(comparison.view().answered).toBe(answered);
    expect(comparisons.get(comparison.id)).toBe(comparison);
  });

  it("that is ended before its first arrival sends none", async () => {
    const comparison = await open({ shape: "burst" });
    expect(comparison.status).toBe("waiting");
    comparison.end();
    await Promise.all(comparison.runs.map(({ run }) => run.settle()));
    expect(comparison.view()).toMatchObject({ status: "ended", answered: 0 });
    for (const { run } of comparison.runs) expect(results(run)).toEqual([]);
  });
});

describe("the comparison service", () => {
  it("opens all runs or none: what the server has no room for", async () => {
    await close();
    start({ RUNS_PER_SERVER: "3" });
    const take = vi.spyOn(RedisPool.prototype, "take");
    await expect(open({ variants: [...BUCKETS, ...BUCKETS] })).rejects.toMatchObject({
      status: 429,
      code: "server_full",
    });
    expect(take).not.toHaveBeenCalled();
    expect(runs.liveCount).toBe(0);
    await expect(open()).resolves.toMatchObject({ owner: "me" });
  });

  it("opens all runs or none: what Redis gives out on", async () => {
    const { take } = RedisPool.prototype;
    const started: RedisServer[] = [];
    let asked = 0;
    vi.spyOn(RedisPool.prototype, "take").mockImplementation(async function (this: RedisPool) {
      asked += 1;
      if (asked === 2) throw new Error("no more memory");
      const server = await take.call(this);
      started.push(server);
      return server;
    });
    const opened: Run[] = [];
    runs.onOpened((run) => opened.push(run));
    await expect(open({ variants: [...BUCKETS, ...BUCKETS] })).rejects.toMatchObject({
      status: 503,
      code: "redis_unavailable",
    });
    expect(started).toHaveLength(3);
    expect(started.map(({ alive }) => alive)).toEqual([false, false, false]);
    expect(runs.liveCount).toBe(0);
    for (const { id } of opened) expect(runs.knows(id)).toBe(false);
  });

  it("opens nothing for a bad request, and the comparison that the owner had goes on", async () => {
    const comparison = await openLong();
    const nope = { pattern: "token-bucket", variant: "nope" };
    await expect(open({ variants: [...BUCKETS, nope] })).rejects.toMatchObject({
      status: 400,
      details: { field: "variants.2.variant" },
    });
    expect(comparison.isOver).toBe(false);
    expect(runs.liveCount).toBe(2);
  });

  it("replaces the comparison that the owner had, its redis-servers and traces too, and leaves other people's alone", async () => {
    const [first, others] = [await openLong(), await openLong("you")];
    const pids = pidsOf(first);
    expect(pids.every(exists)).toBe(true);
    const second = await openLong();
    expect(pids.some(exists)).toBe(false);
    expect(first.status).toBe("ended");
    expect(() => comparisons.get(first.id)).toThrow(/no comparison/);
    for (const { run } of first.runs) expect(runs.knows(run.id)).toBe(false);
    expect(comparisons.get(second.id)).toBe(second);
    expect(others.isOver).toBe(false);
    expect([...pidsOf(second), ...pidsOf(others)].every(exists)).toBe(true);
  });

  it("replaces a full server's comparison by one that takes its place", async () => {
    await close();
    start({ RUNS_PER_SERVER: "2" });
    const first = await openLong();
    const second = await openLong();
    expect([first.isOver, second.isOver, runs.liveCount]).toEqual([true, false, 2]);
    await expect(openLong("you")).rejects.toMatchObject({ status: 429, code: "server_full" });
    await expect(open({ variants: [...BUCKETS, ...BUCKETS] })).rejects.toMatchObject({ status: 429 });
    expect(second.isOver).toBe(false);
  });

  it("has one comparison of an owner when several are asked for at once", async () => {
    const opened = await Promise.all([openLong(), openLong(), openLong()]);
    expect(opened.map(({ isOver }) => isOver)).toEqual([true, true, false]);
    expect(runs.liveCount).toBe(2);
  });

  it("does not count compared runs against what an owner may open", async () => {
    await close();
    start({ RUNS_PER_OWNER: "1" });
    await openLong();
    await expect(runs.open({ pattern: "token-bucket" }, "me")).resolves.toBeDefined();
    await expect(openLong()).resolves.toBeDefined();
    await expect(runs.open({ pattern: "token-bucket" }, "me")).rejects.toMatchObject({ code: "too_many_runs" });
  });

  it("does not take compared runs for idle, until their comparison is over", async () => {
    const comparison = await openLong();
    runs.sweep(Date.now() + 16 * 60_000);
    expect(comparison.runs.map(({ run }) => run.status)).toEqual(["live", "live"]);
    comparison.end();
    runs.sweep(Date.now() + 32 * 60_000);
    expect(comparison.runs.map(({ run }) => run.status)).toEqual(["ended", "ended"]);
  });

  it("lets the owner or whoever has the token of one of its runs act, and nobody else", async () => {
    const comparison = await openLong();
    const token = comparison.runs[1]?.token ?? "";
    expect(comparisons.mayAct(comparison, "me", null)).toBe(true);
    expect(comparisons.mayAct(comparison, null, token)).toBe(true);
    expect(comparisons.mayAct(comparison, "you", `${token}x`)).toBe(false);
    expect(comparisons.mayAct(comparison, null, null)).toBe(false);
  });

  it("forgets what is over once the traces of its runs are forgotten, not before", async () => {
    const [ended, running] = [await over(open()), await openLong("you")];
    comparisons.sweep();
    expect(comparisons.get(ended.id)).toBe(ended);
    await Promise.all(ended.runs.map((owned) => runs.remove(owned)));
    comparisons.sweep();
    expect(() => comparisons.get(ended.id)).toThrow(/no comparison/);
    expect(comparisons.get(running.id)).toBe(running);
  });

  it("keeps the last twenty that are over, and every one that goes on", { timeout: 60_000 }, async () => {
    const running = await openLong("you");
    const opened: Comparison[] = [];
    // Forty-two redis-servers, one pair after the other: a busy machine takes its time.
    for (let i = 0; i < 21; i++) {
      const comparison = await openLong();
      await Promise.all(comparison.runs.map((owned) => runs.end(owned, "enough")));
      opened.push(comparison);
    }
    comparisons.sweep();
    expect(() => comparisons.get(opened[0]?.id ?? "")).toThrow(/no comparison/);
    for (const comparison of [...opened.slice(1), running]) expect(comparisons.get(comparison.id)).toBe(comparison);
  });

  it("ends all comparisons when it closes, and opens no more", async () => {
    const [mine, yours] = await Promise.all([openLong(), openLong("you")]);
    await comparisons.close();
    expect([mine.status, yours.status]).toEqual(["ended", "ended"]);
    await expect(open()).rejects.toMatchObject({ status: 503, code: "stopping" });
  });
});
