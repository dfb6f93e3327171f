/** Independent nodes of a run: they start together, break for real, one by one or for one owner, and end with the run. */
import { existsSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { RunEvent, WireValue } from "../events";
import type { Run } from "./run";
import { testService } from "./testing";

const { service, close } = testService();
afterAll(close);

const withClock = process.env.CLOCK_SHIM ? it : it.skip;
let run: Run;
const fault = (id: string, body: Record<string, WireValue>) => run.pullFault(id, body, "person");
const acquire = (owner: string) => run.act("acquire", { resource: "r", owner }) as Promise<Record<string, WireValue>>;
const lab = () => {
  if (!run.nodes) throw new Error("the run has no nodes");
  return run.nodes.lab;
};
/** Brings this owner's process into the run. */
const connected = (owner: string) => run.act("acquire", { resource: "other", owner });
const events = (): RunEvent[] => run.trace.log.range(1, run.trace.log.lastSeq).events;
const isRunning = (pid: number | null): boolean => {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeEach(async () => {
  const owned = await service.open(
    { pattern: "redlock", params: { nodeTimeoutMs: 1000, ttlMs: 5000 }, seed: 1 },
    "test",
  );
  run = owned.run;
  // Time-outs pass on the run's clock: a machine that is busy makes nobody too late.
  run.clock.freeze();
  return () => service.remove(owned);
});

describe("the nodes of a run", () => {
  it("are five processes besides the run's own Redis, each with its own port", () => {
    const servers = [run.server, ...lab().servers];
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(6);
    expect(new Set(servers.map(({ port }) => port)).size).toBe(6);
  });

  it("stand in the trace: commands, replies, notices and what was seen of keys name their node", async () => {
    await acquire("alice");
    await run.settle();
    const named = (type: RunEvent["type"]) =>
      new Set(events().flatMap((event) => (event.type === type && "node" in event ? [event.node] : [])));
    for (const type of ["command", "reply", "key"] as const) expect(named(type)).toEqual(new Set([1, 2, 3, 4, 5]));
    const seen = events().flatMap((event) => (event.type === "observation" ? event.keys : []));
    expect(new Set(seen.map(({ key, node }) => `${node} ${key}`))).toEqual(
      new Set([1, 2, 3, 4, 5].map((node) => `${node} lock:r`)),
    );
    const inspected = await run.inspect();
    expect(inspected.map(({ key, node }) => [key, node])).toEqual([1, 2, 3, 4, 5].map((node) => ["lock:r", node]));
  });

  it("end with the run: no process, no directory, no port of a proxy is left", async () => {
    await acquire("alice");
    const left = lab().servers.map(({ pid, directory }) => ({ pid, directory }));
    await service.end(service.get(run.id), "test");
    expect(left.some(({ pid }) => isRunning(pid))).toBe(false);
    expect(left.some(({ directory }) => existsSync(directory))).toBe(false);
  });

  it("have no MONITOR: a reply's time lies between sending and receipt, and it waits for no line", async () => {
    await acquire("alice");
    await run.settle();
    for (const event of events()) {
      if (event.type !== "reply" || event.node === undefined) continue;
      expect(event.serverOrder).toBeNull();
      expect(event.serverUs[1]).toBeGreaterThan(event.serverUs[0]);
    }
  });
});

describe("faults of a node", () => {
  it("kill: with two of five dead the lock goes on; with three it is refused at once, with two votes", async () => {
    await fault("kill", { node: 1 });
    await fault("kill", { node: 2 });
    const { token, ...got } = await acquire("alice");
    expect(got).toMatchObject({ acquired: true, votes: 3, quorum: 3 });
    await run.act("release", { resource: "r", token: token as string });
    await fault("kill", { node: 3 });
    expect(await acquire("bob")).toMatchObject({ acquired: false, token: null, votes: 2, validityMs: null });
    await run.startAfresh(run.params, "again");
    expect(await acquire("bob")).toMatchObject({ acquired: true, votes: 5 });
  });

  it("kill -9 by somebody outside stands in the trace too", async () => {
    await acquire("alice");
    process.kill(lab().server(5).pid as number, "SIGKILL");
    for (let i = 0; i < 500 && lab().server(5).alive; i++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(events().findLast(({ type }) => type === "fault")).toMatchObject({ fault: "kill", node: 5, by: "person" });
    expect(run.status).toBe("live");
  });

  it("restart-empty: the node is back with nothing, and everybody is connected to it again", async () => {
    await acquire("alice");
    await fault("restart-empty", { node: 2 });
    expect((await run.inspect()).map(({ node }) => node)).toEqual([1, 3, 4, 5]);
    const pid = lab().server(2).pid;
    expect(isRunning(pid)).toBe(true);
    await acquire("bob");
    const asked = events().filter((event) => event.type === "command" && event.node === 2 && event.actor === "bob");
    expect(asked.length).toBeGreaterThan(0);
    const replies = events().filter((event) => event.type === "reply" && event.ref === asked[0]?.seq);
    expect(replies).toMatchObject([{ value: "OK", node: 2 }]);
  });

  withClock("restart-delayed: down for so long on the run's clock, then back", async () => {
    await fault("restart-delayed", { node: 4, ms: 6000 });
    await run.clock.sleep(5999);
    expect(lab().server(4).alive).toBe(false);
    await run.clock.sleep(2);
    for (let i = 0; i < 500 && run.nodes?.busy; i++) await run.quiet();
    expect(lab().server(4).alive).toBe(true);
    expect(events().findLast(({ type }) => type === "fault")).toMatchObject({ fault: "restart-empty", node: 4 });
  });

  it("pause-node: what is sent waits, its vote comes too late, and is cast all the same when it goes on", async () => {
    await connected("alice");
    await fault("pause-node", { node: 3 });
    expect(await acquire("alice")).toMatchObject({ acquired: true, votes: 4 });
    await fault("resume-node", { node: 3 });
    await run.settle();
    expect((await run.inspect()).map(({ key, node }) => `${node} ${key}`)).toContain("3 lock:r");
  });

  describe("pause-node: who comes to it only now waits like everybody else", () => {
    const answers = () => events().filter((event) => event.type === "reply" && event.node === 3);

    beforeEach(async () => {
      await fault("pause-node", { node: 3 });
      const before = run.clock.nowMs();
      expect(await acquire("alice")).toMatchObject({ acquired: true, votes: 4 });
      expect(run.clock.nowMs() - before).toBeGreaterThanOrEqual(1000);
      expect(answers()).toEqual([]);
    });

    it("and its vote is cast when the node goes on", async () => {
      await fault("resume-node", { node: 3 });
      await expect.poll(answers).toMatchObject([{ value: "OK" }]);
      await run.settle();
      expect((await run.inspect()).map(({ key, node }) => `${node} ${key}`)).toContain("3 lock:r");
    });

    it("and is refused when the node dies", async () => {
      await fault("kill", { node: 3 });
      await expect.poll(answers).toMatchObject([{ error: expect.any(String) }]);
    });
  });

  it("partition of one owner: others get through", async () => {
    for (const node of [1, 2, 3]) await fault("partition", { node, owner: "alice" });
    expect(await acquire("alice")).toMatchObject({ acquired: false, votes: 2 });
    expect(await acquire("bob")).toMatchObject({ acquired: true, votes: 5 });
  });

  it("partition of the replies: the node votes, and nobody hears; healed, the answer comes late", async () => {
    await connected("alice");
    await fault("partition", { node: 5, lost: "replies" });
    expect(await acquire("alice")).toMatchObject({ acquired: true, votes: 4 });
    expect((await run.inspect()).some(({ key, node }) => key === "lock:r" && node === 5)).toBe(true);
    const unanswered = () =>
      events().filter(
        (event) =>
          event.type === "command" &&
          event.node === 5 &&
          !events().some((reply) => reply.type === "reply" && reply.ref === event.seq),
      ).length;
    expect(unanswered()).toBe(1);
    await fault("heal", { node: 5 });
    await run.settle();
    expect(unanswered()).toBe(0);
  });

  withClock("delay: on the run's clock, each way; slower than the time-out is a no", async () => {
    await connected("alice");
    await fault("delay", { node: 1, ms: 400 });
    await fault("delay", { node: 2, ms: 600 });
    const startMs = run.clock.nowMs();
    const got = await acquire("alice");
    expect(got).toMatchObject({ acquired: true, votes: 4 });
    expect(run.clock.nowMs() - startMs).toBe(1000);
    expect(got.validityMs).toBe(5000 - 1000 - 52);
  });

  withClock("clock-jump: this node's leases end early, the others' do not; a reset sets it right", async () => {
    await acquire("alice");
    await fault("clock-jump", { node: 1, ms: 6000 });
    await run.settle();
    expect((await run.inspect()).map(({ node }) => node)).toEqual([2, 3, 4, 5]);
    await run.startAfresh(run.params, "again");
    await acquire("alice");
    expect((await run.inspect()).map(({ ttlMs }) => ttlMs)).toEqual([5000, 5000, 5000, 5000, 5000]);
  });

  it("kill-redis and restart-redis mean all of them", async () => {
    await acquire("alice");
    await fault("kill-redis", {});
    expect(lab().servers.some(({ alive }) => alive)).toBe(false);
    expect(await acquire("alice")).toMatchObject({ acquired: false, votes: 0 });
    await fault("restart-redis", {});
    expect(await acquire("alice")).toMatchObject({ acquired: true, votes: 5 });
  });

  it("that does not exist, or of a pattern without nodes, is refused", async () => {
    await expect(fault("kill", { node: 6 })).rejects.toMatchObject({ code: "invalid" });
    await fault("kill", { node: 1 });
    await expect(fault("pause-node", { node: 1 })).rejects.toMatchObject({ code: "node_down" });
    const other = await service.open({ pattern: "counter" }, "test");
    await expect(other.run.pullFault("kill", { node: 1 }, "person")).rejects.toMatchObject({ code: "unknown_fault" });
  });
});

it("a clock that cannot be moved is refused, with the reason", async () => {
  const bare = testService({ CLOCK_SHIM: "" });
  const { run: slow } = await bare.service.open({ pattern: "redlock" }, "test");
  await expect(slow.pullFault("clock-jump", { node: 1, ms: 6000 }, "person")).rejects.toMatchObject({
    code: "no_virtual_clock",
    message: expect.stringContaining("clock shim"),
  });
  await expect(slow.play("clock-jump", "fast")).rejects.toMatchObject({ code: "no_virtual_clock" });
  await bare.close();
});

it("five nodes start together in a moment", async () => {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const startedAt = performance.now();
    const owned = await service.open({ pattern: "redlock" }, `starter ${i}`);
    times.push(performance.now() - startedAt);
    await service.remove(owned);
  }
  // Under 200 ms on a quiet machine; a noisy one is given its time.
  console.info(`six servers, a schema and their observers: ${times.map(Math.round).join(", ")} ms`);
  expect(Math.min(...times)).toBeLessThan(3000);
});
