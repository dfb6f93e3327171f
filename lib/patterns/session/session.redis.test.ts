/**
 * What the stories show on real Redis, what a session store must keep (the properties that connect-redis and express-session
 * test for), and that no id is seen whole.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SteppingService } from "../../explore/stepping";
import { exploreOnServers, registered } from "../../explore/testing";
import type { Run } from "../../run/run";
import { eventsOf, playScenario, testService } from "../../run/testing";
import { pattern } from "./pattern";
import type { CreateResult, GetResult, RotateResult } from "./session";

const SEED = 4711;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const ANN = { userId: "ann", email: "ann@example.org", role: "member" };
const VARIANTS = pattern.variants.map(({ id }) => id);

const { service, close } = testService({ RUNS_PER_SERVER: "200" });
afterAll(close);

const open = async (variant: string): Promise<Run> =>
  (await service.open({ pattern: "session", variant, seed: SEED }, `${variant} ${Math.random()}`)).run;
const login = async (run: Run, more = {}): Promise<string> =>
  ((await run.act("create", { ...ANN, ...more })) as CreateResult).sessionId;
const read = async (run: Run, sessionId: string, more = {}) =>
  ((await run.act("get", { sessionId, ...more })) as GetResult).session;
const rotate = async (run: Run, sessionId: string, more = {}) =>
  ((await run.act("rotate", { sessionId, ...more })) as RotateResult).sessionId;
/** Time passes, for Redis too. */
async function pass(run: Run, ms: number): Promise<void> {
  run.clock.freeze();
  await run.clock.sleep(ms);
  run.clock.thaw();
}

describe("what the stories show", () => {
  const play = (variant: string, scenario: string) =>
    playScenario({ pattern: "session", variant, scenario, seed: SEED });

  it.each(VARIANTS)(
    "visit, %s: Redis ends the session by itself and says so, and the last request is refused",
    async (variant) => {
      const { events, verdict } = await play(variant, "visit");
      const ends = events.filter((event) => event.type === "key" && ["expired", "del"].includes(event.event));
      expect(ends.filter((event) => event.type === "key" && event.key.startsWith("session:"))).toMatchObject([
        { event: "expired", key: expect.stringMatching(/^session:s1·[0-9a-f]{6}$/) },
      ]);
      const reads = events.flatMap((event) => (event.type === "result" && event.name === "get" ? [event.value] : []));
      expect(reads.map((value) => (value as GetResult).session?.userId ?? null)).toEqual(["ann", "ann", "ann", null]);
      expect(verdict.metrics).toMatchObject({ sessions: 1, reads: 4, withoutTtl: 0 });
    },
  );

  it("crash-in-create: as-written leaves one session without a TTL, the others none", async () => {
    expect((await play("as-written", "crash-in-create")).metrics).toMatchObject({ withoutTtl: 1 });
    for (const variant of ["multi", "safe"])
      expect((await play(variant, "crash-in-create")).metrics).toMatchObject({ withoutTtl: 0 });
  });

  it("long-use: sliding expiry alone answers two reads past the limit; safe refuses them", async () => {
    for (const variant of ["as-written", "multi"])
      expect((await play(variant, "long-use")).metrics).toMatchObject({ reads: 6, pastLimit: 2 });
    const { events, metrics } = await play("safe", "long-use");
    expect(metrics).toMatchObject({ reads: 6, pastLimit: 0 });
    const reads = events.flatMap((event) => (event.type === "result" && event.name === "get" ? [event.value] : []));
    expect(reads.map((value) => (value as GetResult).session !== null)).toEqual([true, true, true, true, false, false]);
  });

  it("parallel-writes: the whole hash loses one write, one field at a time none", async () => {
    expect((await play("as-written", "parallel-writes")).metrics).toMatchObject({ writes: 4, lostWrites: 1 });
    for (const variant of ["multi", "safe"])
      expect((await play(variant, "parallel-writes")).metrics).toMatchObject({ writes: 4, lostWrites: 0 });
  });

  it("late-write: a session comes back after its logout, but not in safe, where the writer is told", async () => {
    for (const variant of ["as-written", "multi"])
      expect((await play(variant, "late-write")).verdict.text).toMatch(
        /^s1·\w+ came back after its logout, without a TTL: a write was still on its way\.$/,
      );
    expect((await play("safe", "late-write")).verdict.holds).toBe(true);
  });

  it("logout-everywhere: ends both sessions that ann has left, and not bob's", async () => {
    const { events } = await play("safe", "logout-everywhere");
    const told = events.flatMap((event) => (event.type === "result" ? [[event.name, event.actor, event.value]] : []));
    expect(told.slice(-4)).toMatchObject([
      ["destroy-all", "phone", { destroyed: 2 }],
      ["get", "stolen-tablet", { session: null }],
      ["get", "phone", { session: null }],
      ["get", "bob", { session: { userId: "bob" } }],
    ]);
  });

  it("fixation: the intruder's id opens the account where the id stays, and nothing where it rotates", async () => {
    for (const variant of ["as-written", "multi"])
      expect((await play(variant, "fixation")).metrics).toMatchObject({ oldIds: 1 });
    expect((await play("safe", "fixation")).metrics).toMatchObject({ oldIds: 0, reads: 3 });
  });

  it.each(pattern.scenarios.map(({ id }) => id))("%s: in safe every key is left with a TTL", async (scenario) => {
    const { run } = await service.open({ pattern: "session", variant: "safe", seed: SEED }, scenario);
    await run.play(scenario, "fast");
    for (const key of await run.inspect()) expect(key.ttlMs, key.key).toBeGreaterThan(0);
  });
});

describe("every order of the lesson", () => {
  const lesson = readFileSync(join(import.meta.dirname, "lesson.md"), "utf8").replace(/\s+/g, " ");

  it.each([
    ["crash-in-create", "as-written", "1 of 3 orders"],
    ["parallel-writes", "as-written", "40 of 70 orders"],
    ["late-write", "as-written", "1 of 3 orders"],
    ["late-write", "multi", "1 of 3 orders"],
  ])("%s, %s: breaks in %s, and the lesson says so", async (scenario, variant, words) => {
    const { search } = await exploreOnServers(registered("session", variant, scenario));
    expect(search.complete).toBe(true);
    expect(`${search.violating} of ${search.schedules} orders`).toBe(words);
    expect(lesson).toContain(words);
  });

  it("safe: none of 2, 6 and 2, all of them run", async () => {
    for (const [scenario, schedules] of Object.entries({
      "crash-in-create": 2,
      "parallel-writes": 6,
      "late-write": 2,
    })) {
      const { search } = await exploreOnServers(registered("session", "safe", scenario));
      expect(search).toMatchObject({ complete: true, violating: 0, schedules });
    }
    expect(lesson).toContain("none of 2, 6 and 2 orders");
  });
});

describe.each(VARIANTS)("a session of %s", (variant) => {
  it("is read as it was made, and an empty field is empty", async () => {
    const run = await open(variant);
    const id = await login(run, { userAgent: "Firefox", client: "laptop" });
    expect(id).toMatch(UUID);
    expect(await read(run, id)).toMatchObject({ ...ANN, userAgent: "Firefox", ip: "" });
  });

  it("has its idle time as TTL from the start, and again after each use, which changes nothing else", async () => {
    const run = await open(variant);
    const key = `session:${await login(run)}`;
    const redis = run.observing();
    const made = await redis.hgetall(key);
    await redis.pexpire(key, 5000);
    await read(run, key.slice(8));
    expect(await redis.pttl(key)).toBeGreaterThan(13_000);
    expect(await redis.pttl(key)).toBeLessThanOrEqual(15_000);
    expect(await redis.hgetall(key)).toEqual(made);
  });

  it("is refused once its time is over, or when it never was", async () => {
    const run = await open(variant);
    const id = await login(run);
    await pass(run, 16_000);
    expect(await read(run, id)).toBeNull();
    expect(await read(run, "nonsense")).toBeNull();
    expect(await run.act("set", { sessionId: id, field: "cart", value: "x" })).toEqual({ written: false });
  });

  it("ends with its logout; a second one finds nothing, and nothing is left", async () => {
    const run = await open(variant);
    const [id, other] = [await login(run), await login(run)];
    expect(await run.act("destroy", { sessionId: id })).toEqual({ destroyed: true });
    expect(await run.act("destroy", { sessionId: id })).toEqual({ destroyed: false });
    expect(await read(run, id)).toBeNull();
    expect(await read(run, other)).toMatchObject({ userId: "ann" });
  });

  it("keeps a field that was written, and refuses those that it is kept by", async () => {
    const run = await open(variant);
    const id = await login(run);
    expect(await run.act("set", { sessionId: id, field: "cart", value: "" })).toEqual({ written: true });
    expect(await read(run, id)).toMatchObject({ ...ANN, cart: "" });
    for (const field of ["userId", "createdAt", "absoluteAt", "no such name"])
      await expect(run.act("set", { sessionId: id, field, value: "x" })).rejects.toMatchObject({ status: 400 });
  });

  it("cannot be asked for without an id, and what Redis cannot answer is an error, not an empty session", async () => {
    const run = await open(variant);
    await expect(run.act("get", {})).rejects.toMatchObject({ status: 400 });
    const id = await login(run);
    await run.pullFault("kill-redis", {}, "person");
    await expect(run.act("get", { sessionId: id })).rejects.toMatchObject({ status: 503 });
  });

  it("is judged as it is, however many come at once on the real clock", async () => {
    const run = await open(variant);
    const ids = await Promise.all(Array.from({ length: 60 }, (_, i) => login(run, { client: `c${i % 8}` })));
    await Promise.all(ids.map((id, i) => read(run, id, { client: `c${(i + 3) % 8}` })));
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { sessions: 60, reads: 60 } });
    const broken = eventsOf(run).filter((event) => event.type === "verdict" && event.holds === false);
    expect(broken).toEqual([]);
  });
});

describe("limits, index and rotation of safe", () => {
  it("never lets a use move the TTL beyond the absolute limit", async () => {
    const run = await open("safe");
    await run.configure({ params: { absoluteMs: 10_000 } });
    const key = `session:${await login(run)}`;
    await read(run, key.slice(8));
    const redis = run.observing();
    const { absoluteAt } = await redis.hgetall(key);
    expect(await redis.pexpiretime(key)).toBe(Number(absoluteAt));
    await pass(run, 10_100);
    expect(await read(run, key.slice(8))).toBeNull();
  });

  it("gives a rotated session a new id, its own fields and the same limits; the old id has nothing", async () => {
    const run = await open("safe");
    const old = await login(run, { role: "guest" });
    await run.act("set", { sessionId: old, field: "cart", value: "1 book" });
    const redis = run.observing();
    const before = await redis.pexpiretime(`session:${old}`);
    const { absoluteAt } = await redis.hgetall(`session:${old}`);
    const next = (await rotate(run, old, { role: "member" })) ?? "";
    expect(next).toMatch(UUID);
    expect(await redis.pexpiretime(`session:${next}`)).toBe(before);
    expect(await read(run, old)).toBeNull();
    expect(await read(run, next)).toMatchObject({ role: "member", cart: "1 book", absoluteAt });
    expect(await redis.zrange("user:ann:sessions", "0", "-1")).toEqual([next]);
    expect(await rotate(run, old)).toBeNull();
    expect(await rotate(run, next)).not.toBeNull();
  });

  it("finds a thousand sessions of one user, counts those that still were, and leaves others alone", async () => {
    const run = await open("safe");
    const ids = await Promise.all(Array.from({ length: 1000 }, () => login(run)));
    expect(new Set(ids).size).toBe(1000);
    const bob = await login(run, { userId: "bob" });
    await run.act("destroy", { sessionId: ids[0] ?? "" });
    const redis = run.observing();
    // One ends by itself: the index knows it still.
    await redis.del(`session:${ids[1]}`);
    expect(await redis.zcard("user:ann:sessions")).toBe(999);
    expect(await run.act("destroy-all", { userId: "ann" })).toEqual({ destroyed: 998 });
    expect(await run.act("destroy-all", { userId: "ann" })).toEqual({ destroyed: 0 });
    expect((await redis.keys("*")).sort()).toEqual([`session:${bob}`, "user:bob:sessions"]);
  });

  it("keeps the index for as long as the last of its sessions can live, and no longer", async () => {
    const run = await open("safe");
    await login(run);
    await pass(run, 30_000);
    await login(run);
    const left = await run.observing().pttl("user:ann:sessions");
    expect(left).toBeGreaterThan(55_000);
    expect(left).toBeLessThanOrEqual(60_000);
    await pass(run, 40_000);
    await login(run);
    // The first one is past its absolute limit and has left the index.
    expect(await run.observing().zcard("user:ann:sessions")).toBe(2);
    await pass(run, 61_000);
    expect(await run.observing().exists("user:ann:sessions")).toBe(0);
  });

  it("is the app's to ask for: a role that is only written stays under the id that others know", async () => {
    const run = await open("safe");
    const sessionId = await login(run, { role: "guest", client: "intruder" });
    await run.act("set", { sessionId, field: "role", value: "member", client: "ann" });
    await read(run, sessionId, { client: "ann" });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true });
    await read(run, sessionId, { client: "intruder" });
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: false, metrics: { oldIds: 1 } });
  });

  it("is not offered by the others", async () => {
    for (const variant of ["as-written", "multi"]) {
      const run = await open(variant);
      const sessionId = await login(run);
      await expect(run.act("rotate", { sessionId })).rejects.toMatchObject({ code: "not_in_variant" });
      await expect(run.act("destroy-all", { userId: "ann" })).rejects.toMatchObject({ code: "not_in_variant" });
    }
  });

  it("has no half session after any of a hundred crashes", async () => {
    const run = await open("safe");
    await login(run);
    for (let i = 0; i < 100; i++) {
      await run.pullFault("crash-client", { client: "laptop", afterCommands: i % 3 }, "person");
      for (let more = 0; more <= i % 3; more++) await login(run, { client: "laptop" }).catch(() => undefined);
    }
    await run.settle();
    expect(run.trace.judge()).toMatchObject({ holds: true, metrics: { withoutTtl: 0 } });
    for (const key of await run.observing().keys("*")) expect(await run.observing().pttl(key)).toBeGreaterThan(0);
  });
});

describe("no id is seen whole", () => {
  const everyPlay = pattern.scenarios.flatMap(({ id, expect: promised }) =>
    VARIANTS.filter((variant) => promised[variant] !== "n/a").map((variant) => [id, variant] as const),
  );

  it.each(everyPlay)("%s, %s: neither in the trace nor among the keys", async (scenario, variant) => {
    const { run } = await service.open({ pattern: "session", variant, seed: SEED }, `${scenario} ${variant} redacted`);
    await run.play(scenario, "fast");
    const text = eventsOf(run).map((event) => JSON.stringify(event));
    expect(text.filter((line) => UUID.test(line))).toEqual([]);
    expect(text.some((line) => /session:s1·[0-9a-f]{6}/.test(line))).toBe(true);
    expect(JSON.stringify(run.trace.log.keyframe(run.trace.log.lastSeq).state)).not.toMatch(UUID);
    const keys = await run.inspect();
    expect(JSON.stringify(keys)).not.toMatch(UUID);
    for (const { key, cli } of keys) expect(cli).toContain(key);
  });

  it("the answer has it, the result in the trace its label; and the label is good for the next request", async () => {
    for (const variant of VARIANTS) {
      const run = await open(variant);
      const id = await login(run);
      await run.settle();
      const label = `s1·${id.slice(0, 6)}`;
      expect(eventsOf(run).find((event) => event.type === "result")).toMatchObject({ value: { sessionId: label } });
      for (const name of ["s1", label, id]) expect(await read(run, name)).toMatchObject({ userId: "ann" });
      for (const name of ["s2", "s1·", `s1·${"0".repeat(6)}`]) expect(await read(run, name)).toBeNull();
      await run.settle();
      const bodies = eventsOf(run).flatMap((event) => (event.type === "result" ? [event.body.sessionId] : []));
      expect(bodies.slice(1, 4)).toEqual([label, label, label]);
    }
  });

  it("a script's own commands have the label too, where MONITOR shows them", async () => {
    const run = await open("safe");
    await login(run);
    await run.settle();
    const inner = eventsOf(run).flatMap((event) => (event.type === "reply" ? (event.inner ?? []) : []));
    expect(inner.map(([name]) => name)).toContain("ZADD");
    expect(JSON.stringify(inner)).not.toMatch(UUID);
  });

  it("neither at the gate of a stepped run, while its steps take the label", async () => {
    const live = await service.open({ pattern: "session", variant: "as-written", seed: SEED }, "stepper");
    const stepping = new SteppingService(service);
    const view = await stepping.begin(live, { scenario: "late-write", schedule: ["slow"] });
    expect(view.gate.map(({ commands }) => commands.join().replace(/·\w{6}/, ""))).toEqual([
      expect.stringMatching(/^HSET session:s1 userId ann .* cart 1 book$/),
      "DEL session:s1",
    ]);
    const { events } = service.get(view.runId).run.trace.log.range(1, view.seq);
    expect(JSON.stringify([view, events])).not.toMatch(UUID);
    const done = await stepping.step(view.runId, "ann").then(() => stepping.step(view.runId, "slow"));
    expect(done.verdict).toMatchObject({ holds: false, metrics: { withoutTtl: 1 } });
  });

  it("nor in the shortest order that the explorer brings back", async () => {
    const { shortest } = await exploreOnServers(registered("session", "multi", "late-write"));
    expect(shortest?.events.length).toBeGreaterThan(0);
    expect(JSON.stringify(shortest)).not.toMatch(UUID);
  });

  it("a label is good in its own run only, and until that starts afresh", async () => {
    const [run, other] = [await open("as-written"), await open("as-written")];
    await login(run);
    expect(await read(other, "s1")).toBeNull();
    const safe = pattern.variants.find(({ id }) => id === "safe");
    await run.configure({ variant: safe });
    expect(await read(run, "s1")).toBeNull();
    const id = await login(run);
    expect(await read(run, "s1")).toMatchObject({ userId: "ann" });
    expect(id).toMatch(UUID);
  });
});
