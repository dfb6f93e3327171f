import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runEventSchema } from "../events";
import type { Run } from "./run";
import type { RunService } from "./service";
import { testService } from "./testing";

let service: RunService;
let close: () => Promise<void>;
beforeEach(() => {
  const test = testService({ RUNS_PER_OWNER: "3", RUNS_PER_SERVER: "5" });
  service = test.service;
  close = test.close;
});
afterEach(() => close());

const open = async (variant = "safe", owner = "test") =>
  (await service.open({ pattern: "token-bucket", variant, seed: 1 }, owner)).run;
const events = (run: Run) => run.trace.log.range(1, run.trace.log.lastSeq).events;

async function outside<T>(run: Run, look: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(run.server.url);
  try {
    return await look(redis);
  } finally {
    redis.disconnect();
  }
}

describe("a run", () => {
  it("holds exactly the pattern's own keys on a Redis of its own, as an outside client sees it", async () => {
    const run = await open();
    await run.act("take", { client: "alice" });
    const [keys, ttlMs] = await outside(run, async (redis) => [
      (await redis.scan(0))[1],
      await redis.pttl("bucket:alice"),
    ]);
    expect(keys).toEqual(["bucket:alice"]);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(1000);
  });

  it("writes a trace whose every event fits the schema, numbered without holes, in time order", async () => {
    const run = await open("read-then-write");
    await Promise.all(Array.from({ length: 5 }, () => run.act("take", { client: "alice" })));
    await run.settle();
    run.trace.judge();
    const all = events(run);
    for (const event of all) runEventSchema.parse(event);
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, i) => i + 1));
    expect(all.map(({ atUs }) => atUs)).toEqual(all.map(({ atUs }) => atUs).toSorted((a, b) => a - b));
    expect(new Set(all.map(({ type }) => type))).toEqual(
      new Set(["run", "verdict", "actor", "command", "reply", "key", "result", "observation"]),
    );
  });

  it("puts the replies of an action before its result", async () => {
    const run = await open("read-then-write");
    await Promise.all(Array.from({ length: 20 }, () => run.act("take", { client: "alice" })));
    await run.settle();
    const seen = new Set<number>();
    const commands = new Map(
      events(run).flatMap((event) => (event.type === "command" ? [[event.seq, event.action]] : [])),
    );
    const open_ = new Map<number, number>();
    for (const event of events(run)) {
      if (event.type === "command" && event.action) open_.set(event.action, (open_.get(event.action) ?? 0) + 1);
      if (event.type === "reply") {
        const action = commands.get(event.ref);
        if (action) open_.set(action, (open_.get(action) ?? 0) - 1);
      }
      if (event.type === "result") {
        expect(open_.get(event.action)).toBe(0);
        seen.add(event.action);
      }
    }
    expect(seen.size).toBe(20);
  });

  it("sees nothing of another run", async () => {
    const [one, two] = [await open(), await open()];
    await one.act("take", { client: "alice" });
    await Promise.all([one.settle(), two.settle()]);
    expect(await outside(two, (redis) => redis.dbsize())).toBe(0);
    expect(events(two).some(({ type }) => type === "command" || type === "key")).toBe(false);
  });

  it("says that its Redis died, answers 503, and goes on after a restart with an empty Redis and a new epoch", async () => {
    const [run, other] = [await open(), await open()];
    await run.act("take", { client: "alice" });
    await run.pullFault("kill-redis", {}, "person");
    expect(run.status).toBe("down");
    await expect(run.act("take", { client: "alice" })).rejects.toMatchObject({ status: 503, code: "redis_down" });
    await expect(other.act("take", { client: "alice" })).resolves.toMatchObject({ allowed: true });
    const epochBefore = events(run).at(-1)?.epoch ?? 0;
    await run.pullFault("restart-redis", {}, "person");
    expect(run.status).toBe("live");
    await expect(run.act("take", { client: "alice" })).resolves.toMatchObject({ allowed: true, remaining: 9 });
    expect(events(run).at(-1)?.epoch).toBe(epochBefore + 1);
  });

  it("takes two wishes to restart its Redis for one", async () => {
    const run = await open();
    await Promise.all([run.pullFault("restart-redis", {}, "person"), run.pullFault("restart-redis", {}, "person")]);
    await expect(run.act("take", { client: "alice" })).resolves.toMatchObject({ allowed: true, remaining: 9 });
  });

  it("changes one thing at a time, and refuses the second with 409", async () => {
    const run = await open();
    const [one, two] = await Promise.allSettled(
      ["as-written", "read-then-write"].map((id) =>
        run.configure({ variant: run.pattern.variants.find((variant) => variant.id === id) }),
      ),
    );
    expect(one?.status).toBe("fulfilled");
    expect(two).toMatchObject({ status: "rejected", reason: { status: 409, code: "busy" } });
    expect(run.variant.id).toBe("as-written");
  });

  it("that is removed in the middle of a scenario ends, without waiting for the story", async () => {
    const owned = await service.open({ pattern: "token-bucket", variant: "as-written" }, "test");
    const playing = owned.run.play("slow-refill", "live").catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedAt = Date.now();
    await service.remove(owned);
    await playing;
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  it("notices a Redis that somebody else kills", async () => {
    const run = await open();
    process.kill(run.server.pid ?? 0, "SIGKILL");
    await run.died();
    expect(run.status).toBe("down");
    expect(events(run).some((event) => event.type === "run" && event.status === "redis-down")).toBe(true);
  });

  it("starts afresh with another variant, and keeps its keys with other parameters", async () => {
    const run = await open();
    await run.act("take", { client: "alice" });
    await run.configure({ params: { ...run.params, capacity: 20 } });
    expect(await outside(run, (redis) => redis.exists("bucket:alice"))).toBe(1);
    await run.configure({ variant: run.pattern.variants.find(({ id }) => id === "as-written") });
    expect(await outside(run, (redis) => redis.dbsize())).toBe(0);
    expect(run.variant.id).toBe("as-written");
    await expect(run.act("take", { client: "alice" })).resolves.toMatchObject({ limit: 20 });
  });

  it("repeats a client's traffic until its time is over, and shows what runs", async () => {
    const run = await open();
    run.traffic.start({
      client: "bob",
      shape: "steady",
      rate: 50,
      seconds: 0.5,
      ...run.desk.trafficCall("bob", undefined, {}),
    });
    expect(run.traffic.list()).toMatchObject([{ client: "bob", shape: "steady", rate: 50 }]);
    while (run.traffic.running) await new Promise((resolve) => setTimeout(resolve, 20));
    await run.settle();
    expect(events(run).filter(({ type }) => type === "result")).toHaveLength(25);
  });

  it("shows the keys with type, TTL, memory and a redis-cli command", async () => {
    const run = await open();
    await run.act("take", { client: "alice" });
    expect(await run.inspect()).toMatchObject([
      { key: "bucket:alice", kind: "hash", cli: "redis-cli HGETALL bucket:alice", value: { tokens: "9" } },
    ]);
    expect((await run.inspect())[0]?.memoryBytes).toBeGreaterThan(0);
  });

  // Without the clock shim time cannot stand still, and no two plays are alike.
  it.skipIf(!process.env.CLOCK_SHIM)(
    "plays a scenario twice with the same verdict and the same decisions, time included",
    async () => {
      const run = await open("as-written");
      const decisions = () =>
        events(run)
          .filter((event) => event.type === "result")
          .map(({ value, body }) => [body.client, JSON.stringify(value)]);
      const first = await run.play("second-edge", "fast");
      const before = decisions();
      const second = await run.play("second-edge", "fast");
      expect(second.verdict.text).toBe(first.verdict.text);
      expect(decisions().slice(before.length)).toEqual(before);
    },
  );

  it.skipIf(!process.env.CLOCK_SHIM)(
    "gives pattern code the same random numbers whenever a story is played fast, and unforeseeable ones live",
    async () => {
      const run = await open();
      const draw = async (id = "alice") => {
        const { random, uuid } = run.ambience(await run.actors.get(id));
        return [random(), random(), uuid()];
      };
      const drawFast = async (id?: string) => {
        await run.startAfresh(run.params, "again");
        run.clock.freeze();
        const drawn = await draw(id);
        run.clock.thaw();
        return drawn;
      };
      const first = await drawFast();
      expect(await drawFast()).toEqual(first);
      expect(await drawFast("bob")).not.toEqual(first);
      const live = await draw();
      expect(live).not.toEqual(first);
      expect(await draw()).not.toEqual(live);
    },
  );

  it("refuses a second scenario while one is played", async () => {
    const run = await open();
    const playing = run.play("steady", "fast");
    await expect(run.play("burst", "fast")).rejects.toMatchObject({ status: 409, code: "scenario_running" });
    await expect(run.configure({ params: run.params })).rejects.toMatchObject({ status: 409 });
    await playing;
  });

  it("keeps its trace when it ends, and nothing else", async () => {
    const owned = await service.open({ pattern: "token-bucket" }, "test");
    await owned.run.act("take", { client: "alice" });
    const { pid } = owned.run.server;
    await service.end(owned, "enough");
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect(owned.run.status).toBe("ended");
    await expect(owned.run.act("take", { client: "alice" })).rejects.toMatchObject({ status: 409, code: "run_ended" });
    expect(service.get(owned.run.id).run.trace.log.lastSeq).toBeGreaterThan(5);
  });
});

describe("the trace", () => {
  it("drops the oldest events past its bound, says so, and keeps the picture", async () => {
    await close();
    const test = testService({ TRACE_MAX_EVENTS: "10000" });
    ({ service, close } = test);
    const run = await open();
    for (let i = 0; i < 40; i++)
      await Promise.all(Array.from({ length: 100 }, () => run.act("take", { client: "alice" })));
    await run.settle();
    const { log } = run.trace;
    expect(log.lastSeq - log.firstSeq).toBeLessThan(10_000);
    const checkpoint = run.trace.checkpoint();
    expect(checkpoint).toMatchObject({ type: "gap", reason: "dropped", fromSeq: 1, toSeq: log.firstSeq - 1 });
    expect(checkpoint?.text).toContain(String(log.firstSeq - 1));
    runEventSchema.parse(checkpoint);
  });
});

describe("the run service", () => {
  it("limits runs per owner and per server with 429 and a time to wait", async () => {
    for (let i = 0; i < 3; i++) await open("safe", "greedy");
    await expect(open("safe", "greedy")).rejects.toMatchObject({
      status: 429,
      code: "too_many_runs",
      details: { retryAfterSeconds: 30 },
    });
    await open("safe", "second");
    await open("safe", "third");
    await expect(open("safe", "fourth")).rejects.toMatchObject({ status: 429, code: "server_full" });
  });

  it("does not open more runs than allowed when many are asked for at once", async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => open("safe", "greedy")));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });

  it("ends what nobody used for fifteen minutes, but not what has traffic, and forgets traces after half an hour", async () => {
    const idle = await open();
    const busy = await open();
    busy.traffic.start({
      client: "bob",
      shape: "steady",
      rate: 1,
      seconds: 30,
      ...busy.desk.trafficCall("bob", undefined, {}),
    });
    const minute = 60_000;
    service.sweep(Date.now() + 16 * minute);
    expect([idle.status, busy.status]).toEqual(["ended", "live"]);
    service.sweep(Date.now() + 47 * minute);
    expect(() => service.get(idle.id)).toThrow(/no run/);
  });

  it("lets the owner's cookie or the run's token act, and nobody else", async () => {
    const owned = await service.open({ pattern: "token-bucket" }, "me");
    expect(service.mayAct(owned, "me", null)).toBe(true);
    expect(service.mayAct(owned, null, owned.token)).toBe(true);
    expect(service.mayAct(owned, "you", null)).toBe(false);
    expect(service.mayAct(owned, "you", `${owned.token}x`)).toBe(false);
    expect(service.mayAct(owned, null, null)).toBe(false);
  });

  it("leaves nothing of a removed run", async () => {
    const owned = await service.open({ pattern: "token-bucket" }, "me");
    const { pid } = owned.run.server;
    await service.remove(owned);
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    expect(() => service.get(owned.run.id)).toThrow(/no run/);
  });
});
