/** What the stories show on real Redis and PostgreSQL, a hundred crashes, what is left in Redis, and what the actions promise. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Pattern, ScenarioTools } from "../../contract";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { testService } from "../../run/testing";
import { stages } from "../stages";
import type { EnqueueResult } from "./job";
import { pattern } from "./pattern";

const SEED = 4711;
const VARIANTS = pattern.variants.map(({ id }) => id);
const KEEPING = VARIANTS.filter((id) => id !== "as-written");
const CRASHES = 100;
const LONG_MS = 120_000;

/** A hundred workers, one after another, each of which dies at a random moment of its work; and one that outlives them. */
async function hundredCrashes({ act, sleep, random }: ScenarioTools): Promise<void> {
  for (let n = 1; n <= CRASHES; n++) {
    await act("enqueue", { payload: `mail ${n}` });
    await act("start-worker", { worker: `w${n}` });
    await sleep(random() * 400);
    await act("crash-worker", { worker: `w${n}` });
    // Until Redis has missed its connection: a job that comes in before goes to the dead.
    await sleep(1);
  }
  await act("start-worker", { worker: "last" });
  await sleep(60_000);
}
const withCrashes: Pattern = {
  ...pattern,
  scenarios: [
    ...pattern.scenarios,
    {
      id: "hundred-crashes",
      title: "A hundred crashes",
      summary: "Each at a random moment.",
      params: { workMs: 200, blockMs: 1000, heartbeatMs: 600, maxAttempts: 10, backoffMs: 50, databaseMs: 20 },
      expect: { "as-written": "breaks", "at-least-once": "holds", safe: "holds" },
      play: hundredCrashes,
    },
  ],
};

const { service, close } = testService({}, { patterns: [withCrashes], stages });
afterAll(close);
let opened = 0;
const open = (variant: string, params = {}, seed = SEED) =>
  service.open({ pattern: "list-queue", variant, seed, params }, `owner ${++opened}`);

/** Whatever is in Redis and in the table, looked at apart from the books under test. */
async function look(run: Run) {
  const keys = await run.inspect();
  const rows = (await run.queries?.schema.query("SELECT job, sent_by FROM emails", []))?.rows ?? [];
  const idsIn = (name: RegExp) =>
    keys
      .filter(({ key }) => name.test(key))
      .flatMap(({ value }) => (Array.isArray(value) ? value : []))
      .flatMap((text) => (typeof text === "string" && text.startsWith("{") ? [String(JSON.parse(text).id)] : []));
  return { keys, sent: rows.map(({ job }) => String(job)), idsIn };
}

/** Ids of all jobs that were acknowledged. */
function acknowledged(run: Run): string[] {
  const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
  return events.flatMap((event) =>
    event.type === "result" && event.name === "enqueue" && event.value !== undefined
      ? [(event.value as EnqueueResult).jobId]
      : [],
  );
}

async function play(variant: string, scenario: string, seed = SEED) {
  const owned = await open(variant, {}, seed);
  const { run } = owned;
  const outcome = await run.play(scenario, "fast");
  const seen = await look(run);
  const jobs = acknowledged(run);
  await service.remove(owned);
  return { ...outcome, ...seen, jobs };
}

describe("what the stories show", () => {
  it.each(VARIANTS)("calm: %s does each of six jobs once", async (variant) => {
    const { metrics, sent, jobs } = await play(variant, "calm");
    expect(metrics).toMatchObject({ enqueued: 6, done: 6, lost: 0, doneTwice: 0, queued: 0, inWork: 0 });
    expect(sent.toSorted()).toEqual(jobs.toSorted());
  });

  it("crash-worker: as-written loses exactly the job that the dead worker held", async () => {
    const { metrics, verdict, sent, jobs } = await play("as-written", "crash-worker");
    expect(metrics).toMatchObject({ enqueued: 4, done: 3, lost: 1 });
    expect(verdict.text).toBe("1 of 4 jobs is lost: job 1 “welcome ann”; w1 had it when it died.");
    expect(jobs.filter((id) => !sent.includes(id))).toEqual([jobs[0]]);
  });

  it.each(KEEPING)("crash-worker: %s has the held job done by somebody else", async (variant) => {
    const { metrics, sent, jobs } = await play(variant, "crash-worker");
    expect(metrics).toMatchObject({ done: 4, lost: 0, doneTwice: 0, returned: 1 });
    expect(sent.toSorted()).toEqual(jobs.toSorted());
  });

  it("late-crash: the same second delivery is a second email at-least-once, and is stopped by the key in safe", async () => {
    const twice = await play("at-least-once", "late-crash");
    expect(twice.metrics).toMatchObject({ done: 3, doneTwice: 1, duplicatesStopped: 0 });
    expect(twice.sent.filter((id) => id === twice.jobs[0])).toHaveLength(2);
    const once = await play("safe", "late-crash");
    expect(once.metrics).toMatchObject({ done: 3, doneTwice: 0, duplicatesStopped: 1 });
    expect(once.sent.toSorted()).toEqual(once.jobs.toSorted());
  });

  it("poison: as-written has lost it after one attempt; safe has it among the dead letters after three", async () => {
    expect((await play("as-written", "poison")).metrics).toMatchObject({ done: 2, lost: 1, deadLettered: 0 });
    const { metrics, idsIn, jobs } = await play("safe", "poison");
    expect(metrics).toMatchObject({ done: 2, lost: 0, deadLettered: 1, returned: 2 });
    expect(idsIn(/^dead:/)).toEqual([jobs[1]]);
  });
});

describe("every order of a death or a slow worker", () => {
  const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8");
  it.each(VARIANTS)(
    "of %s: counted as the lesson says",
    async (variant) => {
      const { search } = await exploreOnServers(registered("list-queue", variant, "explore-crash"));
      expect(search.complete).toBe(true);
      expect(lesson).toContain(search.text);
    },
    LONG_MS,
  );
});

describe(`${CRASHES} crashes at random moments`, () => {
  it(
    "safe: every job is an email exactly once, and Redis has nothing left of any",
    async () => {
      const { verdict, metrics, sent, jobs, idsIn } = await play("safe", "hundred-crashes");
      expect(jobs).toHaveLength(CRASHES);
      expect(sent.toSorted()).toEqual(jobs.toSorted());
      expect(idsIn(/./)).toEqual([]);
      expect(verdict.holds, verdict.text).toBe(true);
      expect(metrics).toMatchObject({ done: CRASHES, lost: 0, doneTwice: 0 });
      // Else the crashes have hit nothing.
      expect(metrics.returned).toBeGreaterThan(CRASHES / 4);
    },
    LONG_MS,
  );

  it(
    "as-written: exactly the jobs without an email are lost, and each is told",
    async () => {
      const { metrics, sent, jobs } = await play("as-written", "hundred-crashes");
      const gone = jobs.filter((id) => !sent.includes(id)).length;
      expect(gone).toBeGreaterThan(CRASHES / 4);
      expect(metrics).toMatchObject({ lost: gone, done: CRASHES - gone });
    },
    LONG_MS,
  );
});

describe("what is left in Redis", () => {
  const stories = pattern.scenarios.filter(({ race }) => !race).map(({ id }) => id);
  const all = VARIANTS.flatMap((variant) => stories.map((story) => [story, variant] as const));
  it.each(all)("after %s, %s: every key has a TTL, or somebody who will remove it", async (story, variant) => {
    const { keys } = await play(variant, story);
    // Workers go on, so one of them takes from the queue, brings back what is delayed, and looks after the list of workers.
    const owned = variant === "as-written" ? ["queue:email"] : ["queue:email", "delayed:email", "workers"];
    const strays = keys.filter(({ key, ttlMs }) => ttlMs < 0 && !owned.includes(key) && !key.startsWith("processing:"));
    expect(strays.map(({ key }) => key)).toEqual([]);
    // A processing list belongs to a worker that lives, or that the reaper knows.
    const workers = keys.find(({ key }) => key === "workers")?.value;
    const known = Array.isArray(workers) ? workers.map(String) : [];
    for (const { key } of keys.filter(({ key }) => key.startsWith("processing:")))
      expect(known).toContain(key.slice("processing:".length));
  });

  it("a worker that stops leaves nothing of itself", async () => {
    const { run } = await open("safe", { blockMs: 500 });
    await run.act("start-worker", { worker: "w1" });
    await expect.poll(async () => (await look(run)).keys.map(({ key }) => key)).toContain("heartbeat:w1");
    await run.act("stop-worker", { worker: "w1" });
    const own = async () => (await look(run)).keys.map(({ key }) => key).filter((key) => key !== "reaper");
    await expect.poll(own, { timeout: 10_000 }).toEqual([]);
  });
});

describe("a worker", () => {
  it.each(VARIANTS)("%s: stays down once it has crashed", async (variant) => {
    const { run } = await open(variant);
    await run.act("start-worker", { worker: "w1" });
    expect(await run.act("crash-worker", { worker: "w1" })).toEqual({ crashed: true });
    await expect(run.act("start-worker", { worker: "w1" })).rejects.toMatchObject({ status: 409 });
    await expect(run.act("crash-worker", { worker: "w1" })).rejects.toMatchObject({ status: 409 });
  });

  it("waits in Redis on a clock that jumps: for as long as it has said, to the ms, and no jump passes by it", async () => {
    const { run } = await open("as-written");
    await run.play("crash-worker", "fast");
    const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
    const asked = new Map(events.flatMap((event) => (event.type === "command" ? [[event.seq, event] as const] : [])));
    const inVain = events.flatMap((event) => {
      const command = event.type === "reply" ? asked.get(event.ref) : undefined;
      const isInVain = event.type === "reply" && command?.name === "BRPOP" && event.value === null;
      return isInVain ? [(event.atUs - command.atUs) / 1000] : [];
    });
    expect(inVain.length).toBeGreaterThan(0);
    for (const ms of inVain) expect(ms).toBeCloseTo(5001, 0);
  });

  it("takes a job over from a worker whose Redis was killed in the middle, where an append-only file kept it", async () => {
    const { run } = await open("safe", { workMs: 200, blockMs: 500, heartbeatMs: 600, backoffMs: 50 });
    await run.act("start-worker", { worker: "w1" });
    await run.act("enqueue", { payload: "welcome ann" });
    await expect.poll(() => run.view().metrics.inWork).toBe(1);
    await run.pullFault("kill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    await expect.poll(() => run.view().metrics.done, { timeout: 20_000 }).toBe(1);
    expect(run.view().verdict.holds).toBe(true);
  });

  it("as-written: what waited in the queue is told as lost when Redis comes back without it", async () => {
    const { run } = await open("as-written");
    await run.act("enqueue", { payload: "welcome ann" });
    await run.pullFault("kill-redis", {}, "person");
    await run.pullFault("restart-redis", {}, "person");
    expect(run.view().verdict).toMatchObject({
      holds: false,
      text: "1 of 1 job is lost: job 1 “welcome ann”; it went with Redis.",
    });
  });

  it("has no reaper as-written: 409", async () => {
    const { run } = await open("as-written");
    await expect(run.act("reap", { worker: "w1" })).rejects.toMatchObject({ status: 409, code: "not_in_variant" });
  });
});
