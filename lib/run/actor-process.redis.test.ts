/** The second connection of an actor on a real Redis: what it hears, how it goes, and what is gone with its process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Listener } from "../contract";
import { readEnv } from "../env";
import type { NewEvent } from "../events";
import { RedisServer } from "../redis/redis-server";
import { type Actor, Actors } from "./actors";

type Heard = [message: string | null, channel: string, pattern: string | null];
const NO_RECORDER = { sending: () => null, where: () => null, sent: () => undefined };

let directory: string;
let server: RedisServer;
let actors: Actors;
let events: NewEvent[];
let heard: Heard[];
let losses: number;
let listener: Listener;

beforeEach(async () => {
  const { REDIS_SERVER_BIN, CLOCK_SHIM, RUN_REDIS_MAX_MB } = readEnv({ ...process.env, NODE_ENV: "test" });
  directory = mkdtempSync(join(tmpdir(), "playground-listen-"));
  const settings = { binary: REDIS_SERVER_BIN, clockShim: CLOCK_SHIM, directory, maxMemoryMb: RUN_REDIS_MAX_MB };
  server = await RedisServer.start(settings);
  [events, heard, losses] = [[], [], 0];
  actors = new Actors(server, [], NO_RECORDER, { append: (event: NewEvent) => events.push(event) } as never);
  listener = {
    message: (...message) => void heard.push(message),
    lost: () => {
      losses += 1;
    },
  };
});

afterEach(async () => {
  actors.closeAll();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const get = (id: string): Promise<Actor> => actors.get(id);
const statuses = (lane: string) =>
  events.flatMap((event) => (event.type === "actor" && event.actor === lane ? [event.status] : []));

describe("a listening connection", () => {
  it("hears channels and patterns, each message once, and tells the trace", async () => {
    const [orders, writer] = [await get("orders"), await get("writer")];
    await orders.process.listen({ channels: ["news"], patterns: ["user:*"] }, listener);
    expect(await writer.client.publish("news", "one")).toBe(1);
    await writer.client.publish("user:7", "two");
    await writer.client.publish("elsewhere", "three");
    await actors.hear();
    expect(heard).toEqual([
      ["one", "news", null],
      ["two", "user:7", "user:*"],
    ]);
    expect(events.filter(({ type }) => type === "message")).toEqual([
      { type: "message", actor: "orders (listening)", channel: "news", message: "one" },
      { type: "message", actor: "orders (listening)", channel: "user:7", message: "two", pattern: "user:*" },
    ]);
  });

  it("is one, however many calls make it at the same moment, and takes further channels", async () => {
    const { process, client } = await get("orders");
    const ids = await Promise.all([process.listen(["a"], listener), process.listen(["a"], listener)]);
    expect(await process.listen(["b"], listener)).toBe(ids[0]);
    expect(ids[1]).toBe(ids[0]);
    expect(statuses("orders (listening)")).toEqual(["connected"]);
    expect(await client.publish("a", "x")).toBe(1);
    expect(await client.publish("b", "x")).toBe(1);
    await actors.hear();
    expect(heard).toHaveLength(2);
    expect(await client.client("LIST")).toContain(`id=${ids[0]} `);
  });

  it("that is hung up hears nothing more: Redis counts it no more when the call is back", async () => {
    const { process, client } = await get("orders");
    await process.listen(["news"], listener);
    expect(process.listening).toBe(true);
    await Promise.all([process.hangUp(), process.hangUp()]);
    expect(process.listening).toBe(false);
    expect(losses).toBe(1);
    expect(await client.publish("news", "missed")).toBe(0);
    await process.listen(["news"], listener);
    // Listened to again while it goes: that is another connection.
    await Promise.all([process.hangUp(), process.listen(["news"], listener)]);
    expect([process.listening, losses]).toEqual([true, 2]);
    await client.publish("news", "heard");
    await actors.hear();
    expect(heard.map(([message]) => message)).toEqual(["heard"]);
    expect(statuses("orders (listening)")).toEqual(["connected", "closed", "connected", "closed", "connected"]);
  });

  it("hears what CLIENT TRACKING redirects to it: keys, and null for everything", async () => {
    const [orders, writer] = [await get("orders"), await get("writer")];
    const id = await orders.process.listen(["__redis__:invalidate"], listener);
    await orders.client.client("TRACKING", "ON", "REDIRECT", id);
    await orders.client.get("user:1");
    await writer.client.set("user:1", "x");
    await writer.client.flushall();
    await actors.hear();
    expect(heard).toEqual([
      ["user:1", "__redis__:invalidate", null],
      [null, "__redis__:invalidate", null],
    ]);
  });

  it("loses its connection with Redis, once, and does not come back by itself", async () => {
    const { process } = await get("orders");
    await process.listen(["news"], listener);
    server.kill();
    await expect.poll(() => losses).toBe(1);
    expect(process.listening).toBe(false);
    await expect(process.listen(["news"], listener)).rejects.toThrow();
    await actors.hear();
    expect(losses).toBe(1);
  });

  it("gives up one channel or pattern and keeps the others", async () => {
    const [{ process }, { client }] = [await get("orders"), await get("writer")];
    await process.listen({ channels: ["news", "sport"], patterns: ["user:*"] }, listener);
    await process.unlisten({ channels: ["news", "never subscribed"], patterns: ["user:*"] });
    expect(await Promise.all(["news", "user:7", "sport"].map((channel) => client.publish(channel, "x")))).toEqual([
      0, 0, 1,
    ]);
    await process.listen(["news"], listener);
    expect(await client.publish("news", "again")).toBe(1);
    expect(statuses("orders (listening)")).toEqual(["connected"]);
  });

  it("that is not read hears nothing, until it is read again", async () => {
    const [{ process }, { client }] = [await get("orders"), await get("writer")];
    const id = await process.listen(["news"], listener);
    process.stopReading();
    expect(await client.publish("news", "one")).toBe(1);
    await actors.hear();
    expect(heard).toEqual([]);
    const asked: number[] = [];
    await process.readOn(async (clientId) => asked.push(clientId) > 0);
    await actors.hear();
    expect(heard.map(([message]) => message)).toEqual(["one"]);
    expect(asked).toEqual([id]);
  });

  it("that is not read is hung up all the same", async () => {
    const [{ process }, { client }] = [await get("orders"), await get("writer")];
    await process.listen(["news"], listener);
    process.stopReading();
    await process.hangUp();
    await expect.poll(() => client.publish("news", "x")).toBe(0);
    expect(statuses("orders (listening)")).toEqual(["connected", "closed"]);
    await process.listen(["news"], listener);
    await client.publish("news", "y");
    await actors.hear();
    expect(heard.map(([message]) => message)).toEqual(["y"]);
  });

  it("that Redis has closed, because too much waited for it, says so in Redis' words when what had come is heard", async () => {
    const [{ process }, { client }] = [await get("orders"), await get("writer")];
    await client.config("SET", "client-output-buffer-limit", "pubsub 65536 0 0");
    await process.listen(["news"], listener);
    process.stopReading();
    const large = "x".repeat(32 * 1024);
    let sent = 0;
    while ((await client.publish("news", large)) === 1 && sent < 2000) sent += 1;
    expect(sent).toBeLessThan(2000);
    await process.readOn(async (clientId) =>
      String(await client.call("CLIENT", "LIST", "ID", clientId)).includes("id="),
    );
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThan(sent);
    expect(losses).toBe(1);
    const gone = events.find((event) => event.type === "actor" && event.status === "closed");
    expect(gone).toMatchObject({
      actor: "orders (listening)",
      text: expect.stringMatching(/^Redis has closed it: [\d,]+ bytes waited in its output buffer/),
    });
    // The trace keeps no long text.
    const told = events.flatMap((event) => (event.type === "message" ? [event.message ?? ""] : []));
    expect(told[0]).toMatch(/^x{512}… \(32768 characters\)$/);
  });

  it("holds what it hears while its actor stands at a held gate", async () => {
    const [orders, writer] = [await get("orders"), await get("writer")];
    await orders.process.listen(["news"], listener);
    orders.gate.hold();
    await writer.client.publish("news", "one");
    const told = actors.hear();
    expect(heard).toEqual([]);
    await told;
    expect(heard).toHaveLength(1);
  });
});

describe("what a process remembers", () => {
  it("stands in the trace whenever it has changed: after an action, after a message, and when it is gone", async () => {
    const [{ process }, writer] = [await get("orders"), await get("writer")];
    await process.listen(["gone"], { message: (key) => void process.memory.delete(String(key)) });
    process.memory.set("user:1", { username: "ada" });
    process.memory.set("user:2", { username: "bob" });
    process.observe();
    process.observe();
    await writer.client.publish("gone", "user:1");
    await actors.hear();
    actors.closeAll();
    const entries = events.flatMap((event) => (event.type === "memory" ? [event.entries] : []));
    const bob = { "user:2": { username: "bob" } };
    expect(entries).toEqual([{ "user:1": { username: "ada" }, ...bob }, bob, {}]);
  });
});

describe("a process that is gone", () => {
  it("remembers nothing, hears nothing, and is told of no loss", async () => {
    const first = (await get("orders")).process;
    first.memory.set("user:1", "ada");
    await first.listen(["news"], listener);
    actors.crash("orders", "restarts");
    const second = (await get("orders")).process;
    first.memory.set("late", true);
    expect(second.memory.size).toBe(0);
    await actors.hear();
    expect(await (await get("writer")).client.publish("news", "x")).toBe(0);
    expect([heard, losses]).toEqual([[], 0]);
    expect(statuses("orders (listening)")).toEqual(["connected", "crashed"]);
    await expect(first.listen(["news"], listener)).rejects.toThrow(/has crashed/);
  });
});
