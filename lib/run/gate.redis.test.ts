import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventOf } from "../events";
import type { Gate } from "./gate";
import type { Run } from "./run";
import { testService } from "./testing";

let run: Run;
let close: () => Promise<void>;

beforeEach(async () => {
  const test = testService();
  close = test.close;
  ({ run } = await test.service.open({ pattern: "token-bucket", variant: "read-then-write", seed: 1 }, "test"));
});
afterEach(() => close());

async function actor(id: string) {
  const { client, gate } = await run.actors.get(id);
  return { client, gate };
}

async function arrived(gate: Gate): Promise<void> {
  if (gate.waitingCount === 0)
    await new Promise<void>((resolve) => {
      gate.onParked = resolve;
    });
  gate.onParked = null;
}

const replies = () =>
  run.trace.log
    .range(1, run.trace.log.lastSeq)
    .events.filter((event): event is EventOf<"reply"> => event.type === "reply");

describe("a held gate", () => {
  it("lets two actors' commands reach Redis in the order in which they are released, not in which they were sent", async () => {
    const a = await actor("a");
    const b = await actor("b");
    a.gate.hold();
    b.gate.hold();
    const fromA = a.client.rpush("order", "a1").then(() => a.client.rpush("order", "a2"));
    const fromB = b.client.rpush("order", "b1").then(() => b.client.rpush("order", "b2"));
    for (const { gate } of [b, a, a, b]) {
      await arrived(gate);
      await gate.releaseStep();
    }
    await Promise.all([fromA, fromB]);
    a.gate.open();
    expect(await a.client.lrange("order", 0, -1)).toEqual(["b1", "a1", "a2", "b2"]);
  });

  it("keeps a command from Redis until it is released", async () => {
    const a = await actor("a");
    const b = await actor("b");
    a.gate.hold();
    const written = a.client.set("k", "late");
    expect(a.gate.waiting).toEqual([[{ name: "set", args: ["k", "late"], text: "SET k late" }]]);
    expect(await b.client.get("k")).toBeNull();
    await a.gate.releaseStep();
    expect(await written).toBe("OK");
    expect(await b.client.get("k")).toBe("late");
  });

  it("takes a MULTI as one step", async () => {
    const a = await actor("a");
    a.gate.hold();
    const done = a.client.multi().incr("n").incr("n").exec();
    await arrived(a.gate);
    expect(a.gate.waiting.map((step) => step.map(({ name }) => name))).toEqual([["multi", "incr", "incr", "exec"]]);
    await a.gate.releaseStep();
    expect(await done).toEqual([
      [null, 1],
      [null, 2],
    ]);
  });

  it("lets everything go when it is opened", async () => {
    const a = await actor("a");
    a.gate.hold();
    const all = Promise.all([a.client.incr("n"), a.client.incr("n"), a.client.incr("n")]);
    a.gate.open();
    expect(await all).toEqual([1, 2, 3]);
  });
});

describe("an actor that is to crash after one command", () => {
  it("gets that command done, loses the next, and comes back as a new process", async () => {
    const { client } = await actor("a");
    await run.pullFault("crash-client", { client: "a", afterCommands: 1 }, "person");
    expect(await client.incr("n")).toBe(1);
    await expect(client.expire("n", 10)).rejects.toThrow(/crashed/);
    expect(run.actors.find("a")?.status).toBe("closed");
    const again = await actor("a");
    expect(await again.client.get("n")).toBe("1");
    expect(await again.client.ttl("n")).toBe(-1);
    expect(run.actors.find("a")).toMatchObject({ status: "connected", index: 0 });
  });

  it("takes a MULTI for one command, and dies before the next", async () => {
    const { client } = await actor("a");
    await run.pullFault("crash-client", { client: "a", afterCommands: 1 }, "person");
    expect(await client.multi().incr("n").expire("n", 10).exec()).toEqual([
      [null, 1],
      [null, 1],
    ]);
    await expect(client.get("n")).rejects.toThrow(/crashed/);
  });
});

describe("a crashed actor", () => {
  it("never sends what stood at its gate, nor anything after", async () => {
    const a = await actor("a");
    const b = await actor("b");
    a.gate.hold();
    const never = a.client.set("k", "ghost");
    await arrived(a.gate);
    run.actors.crash("a");
    await expect(never).rejects.toThrow(/crashed/);
    await expect(a.client.set("k", "ghost")).rejects.toThrow();
    expect(await b.client.get("k")).toBeNull();
    await expect(run.actors.get("a")).rejects.toMatchObject({ status: 409, code: "actor_crashed" });
  });
});

describe("the recorder", () => {
  it("notes each command with reply, server order and time, in the order in which Redis executed them", async () => {
    const a = await actor("a");
    const b = await actor("b");
    for (let i = 0; i < 20; i++) await (i % 2 ? a : b).client.incr("n");
    await run.settle();
    const values = replies()
      .toSorted((x, y) => (x.serverOrder ?? 0) - (y.serverOrder ?? 0))
      .map(({ value }) => value);
    expect(values).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    for (const { serverUs, latencyUs } of replies()) {
      expect(serverUs[0]).toBe(serverUs[1]);
      expect(latencyUs).toBeGreaterThan(0);
    }
  });

  it("shows a pipeline's and a MULTI's commands as one batch each", async () => {
    const a = await actor("a");
    await a.client.pipeline().set("x", 1).get("x").exec();
    await a.client.multi().set("y", 1).get("y").exec();
    await run.settle();
    const commands = run.trace.log.range(1, run.trace.log.lastSeq).events.filter((event) => event.type === "command");
    expect(commands.map(({ name, batch }) => [name, batch?.kind, batch?.index])).toEqual([
      ["SET", "pipeline", 0],
      ["GET", "pipeline", 1],
      ["MULTI", "multi", 0],
      ["SET", "multi", 1],
      ["GET", "multi", 2],
      ["EXEC", "multi", 3],
    ]);
    expect(replies().every(({ serverOrder }) => serverOrder !== null)).toBe(true);
  });

  it("records an error as an error, and what Redis refused before running it without a server order", async () => {
    const a = await actor("a");
    await a.client.set("s", "text");
    await expect(a.client.incr("s")).rejects.toThrow(/integer/);
    await expect(a.client.call("NOSUCHCOMMAND")).rejects.toThrow(/unknown command/);
    expect(await a.client.get("s")).toBe("text");
    await run.settle();
    expect(replies().map(({ error, serverOrder }) => [error?.slice(0, 11), serverOrder !== null])).toEqual([
      [undefined, true],
      ["ERR value i", true],
      ["ERR unknown", false],
      [undefined, true],
    ]);
  });

  it("names a script by its file and shows the commands that it ran inside Redis", async () => {
    await run.configure({ variant: run.pattern.variants.find(({ id }) => id === "safe") });
    await run.act("take", { client: "alice" });
    await run.act("take", { client: "alice" });
    await run.settle();
    const commands = run.trace.log.range(1, run.trace.log.lastSeq).events.filter((event) => event.type === "command");
    expect(commands.map(({ name, script, args }) => [name, script, args[2]])).toEqual([
      ["EVAL", "take-safe-1.lua", "bucket:alice"],
      ["EVALSHA", "take-safe-1.lua", "bucket:alice"],
    ]);
    for (const { inner } of replies()) expect(inner?.map(([name]) => name)).toContain("HSET");
  });

  it("knows the line that sent a command", async () => {
    await run.act("take", { client: "alice" });
    await run.settle();
    const sources = run.trace.log
      .range(1, run.trace.log.lastSeq)
      .events.filter((event) => event.type === "command")
      .map(({ source, name }) => [name, source?.path]);
    expect(sources.length).toBeGreaterThan(1);
    for (const [, path] of sources) expect(path).toBe("lib/patterns/token-bucket/read-then-write.ts");
  });

  it("knows it of a command that was held, too, whoever lets it go", async () => {
    const { gate } = await actor("alice");
    gate.hold();
    const taken = run.act("take", { client: "alice" });
    await arrived(gate);
    await gate.releaseStep();
    await arrived(gate);
    gate.open();
    await taken;
    const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
    const sources = events.flatMap((event) => (event.type === "command" ? [event.source?.path] : []));
    expect(new Set(sources)).toEqual(new Set(["lib/patterns/token-bucket/read-then-write.ts"]));
  });
});
