/** The proxy in front of a real redis-server: what it lets through, when, and in which order. Time is the test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readEnv } from "../env";
import { FaultProxy, SOUND } from "./fault-proxy";
import { RedisServer } from "./redis-server";

const env = readEnv({ ...process.env, NODE_ENV: "test" });
const directory = mkdtempSync(join(tmpdir(), "fault-proxy-test-"));

/** Stands still until it is told. */
class HandClock {
  private us = 0;
  private sleepers: { dueMs: number; wake(): void }[] = [];
  nowMs = () => this.us;
  sleep = (ms: number) =>
    new Promise<void>((wake) => {
      this.sleepers.push({ dueMs: this.us + ms, wake });
    });
  get waiting(): number {
    return this.sleepers.length;
  }
  pass(ms: number): void {
    this.us += ms;
    const due = this.sleepers.filter(({ dueMs }) => dueMs <= this.us);
    this.sleepers = this.sleepers.filter(({ dueMs }) => dueMs > this.us);
    for (const { wake } of due) wake();
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(condition()).toBe(true);
}

let server: RedisServer;
let direct: Redis;
let clock: HandClock;
let proxy: FaultProxy;
let client: Redis;

const connect = () => {
  const to = { ...server.connection(), port: proxy.port, retryStrategy: () => null, lazyConnect: true };
  const made = new Redis({ ...to, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  made.on("error", () => undefined);
  return made;
};

beforeAll(async () => {
  const settings = { binary: env.REDIS_SERVER_BIN, clockShim: env.CLOCK_SHIM, directory, maxMemoryMb: 8 };
  server = await RedisServer.start(settings);
  direct = new Redis(server.connection());
  direct.on("error", () => undefined);
});
afterAll(async () => {
  direct.disconnect();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  await direct.flushall();
  clock = new HandClock();
  proxy = await FaultProxy.open(() => server.port, clock);
  client = connect();
  await client.connect();
  return () => {
    client.disconnect();
    proxy.close();
  };
});

describe("a sound link", () => {
  it("lets everything through, whatever its size, in order", async () => {
    const large = "x".repeat(500_000);
    const replies = await Promise.all([
      client.set("a", large),
      client.get("a"),
      ...Array.from({ length: 500 }, () => client.incr("n")),
    ]);
    expect(replies[1]).toBe(large);
    expect(replies.slice(2)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });
});

describe("a slow link", () => {
  it("delays each way: a command is executed after one delay and answered after two", async () => {
    proxy.rules = { ...SOUND, delayMs: 100 };
    let answered = false;
    const reply = client.set("k", "v").then(() => {
      answered = true;
    });
    await until(() => clock.waiting === 1);
    expect(await direct.exists("k")).toBe(0);
    clock.pass(99);
    expect(await direct.exists("k")).toBe(0);
    clock.pass(1);
    await until(() => clock.waiting === 1);
    expect(await direct.get("k")).toBe("v");
    expect(answered).toBe(false);
    clock.pass(100);
    await reply;
  });

  it("keeps the order when it becomes fast again", async () => {
    proxy.rules = { ...SOUND, delayMs: 100 };
    const first = client.rpush("l", "first");
    await until(() => clock.waiting === 1);
    proxy.rules = SOUND;
    const second = client.rpush("l", "second");
    clock.pass(100);
    await Promise.all([first, second]);
    expect(await direct.lrange("l", 0, -1)).toEqual(["first", "second"]);
  });
});

describe("a partition", () => {
  it("swallows what is sent; healed, it lets it through, late and in order", async () => {
    proxy.rules = { ...SOUND, lost: "both" };
    const sent = Promise.all([client.rpush("l", "a"), client.rpush("l", "b")]);
    // Whatever Redis got by now it would have executed: a round trip beside the proxy.
    for (let i = 0; i < 20; i++) await direct.ping();
    expect(await direct.exists("l")).toBe(0);
    proxy.rules = SOUND;
    expect(await sent).toEqual([1, 2]);
    expect(await direct.lrange("l", 0, -1)).toEqual(["a", "b"]);
  });

  it("of the replies alone lets Redis execute what nobody hears of", async () => {
    proxy.rules = { ...SOUND, lost: "replies" };
    let answered = false;
    const reply = client.set("k", "v").then(() => {
      answered = true;
    });
    for (let i = 0; i < 2000 && (await direct.exists("k")) === 0; i++) await direct.ping();
    expect(await direct.get("k")).toBe("v");
    expect(answered).toBe(false);
    proxy.rules = SOUND;
    await reply;
  });

  it("holds back its sender rather than take bytes without end", async () => {
    proxy.rules = { ...SOUND, lost: "requests" };
    const sent = Array.from({ length: 200 }, (_, i) => client.set(`k${i % 10}`, "x".repeat(100_000)));
    await until(() => client.stream.writableLength > 1_000_000);
    proxy.rules = SOUND;
    expect(new Set(await Promise.all(sent))).toEqual(new Set(["OK"]));
  });
});

describe("a link that refuses", () => {
  it("cuts the connections that stand and takes no new one until it is mended", async () => {
    proxy.rules = { ...SOUND, refuses: true };
    await until(() => client.status === "end");
    await expect(client.set("k", "v")).rejects.toThrow(/closed/i);
    const other = connect();
    await expect(other.connect()).rejects.toThrow();
    proxy.rules = SOUND;
    const third = connect();
    await third.connect();
    expect(await third.set("k", "v")).toBe("OK");
    for (const one of [other, third]) one.disconnect();
  });

  it("lets its client know when the server behind it dies, and finds the new one", async () => {
    await server.die();
    await until(() => client.status === "end");
    await expect(connect().connect()).rejects.toThrow();
    await server.restart();
    const again = connect();
    await again.connect();
    expect(await again.dbsize()).toBe(0);
    again.disconnect();
  });
});
