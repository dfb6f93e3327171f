import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { readEnv } from "../env";
import { RedisPool } from "./pool";
import { RedisServer } from "./redis-server";
import { claimWorkDirectory, sweepLeftovers } from "./sweep";

const env = readEnv();
const base = mkdtempSync(join(tmpdir(), "redis-server-test-"));
const settings = { binary: env.REDIS_SERVER_BIN, clockShim: env.CLOCK_SHIM, directory: base, maxMemoryMb: 8 };
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function withServer(use: (server: RedisServer, client: Redis) => Promise<void>): Promise<void> {
  const server = await RedisServer.start(settings);
  const client = new Redis({ ...server.connection(), retryStrategy: null, lazyConnect: true });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await use(server, client);
  } finally {
    client.disconnect();
    await server.stop();
  }
}

/** Kills it with -9, starts it again, and answers what a client finds. */
async function killed<T>(server: RedisServer, look: (client: Redis) => Promise<T>, meanwhile = () => {}): Promise<T> {
  const death = new Promise<string>((resolve) => {
    server.onDeath = resolve;
  });
  server.kill();
  await death;
  meanwhile();
  await server.restart();
  const client = new Redis({ ...server.connection(), retryStrategy: null });
  client.on("error", () => undefined);
  try {
    return await look(client);
  } finally {
    client.disconnect();
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = createConnection(port, "127.0.0.1");
  const open = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return open;
}

async function until(condition: () => Promise<boolean> | boolean, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20)))
    if (await condition()) return true;
  return condition();
}

describe("a redis-server of ours", () => {
  it("refuses whoever has no password", () =>
    withServer(async (server) => {
      const stranger = new Redis({
        host: "127.0.0.1",
        port: server.port,
        retryStrategy: null,
        lazyConnect: true,
        protocol: 2,
      });
      stranger.on("error", () => undefined);
      await stranger.connect().catch(() => undefined);
      await expect(stranger.get("x")).rejects.toThrow(/NOAUTH|closed/);
      stranger.disconnect();
    }));

  it("keeps its files in a directory that only we can read", () =>
    withServer(async (server) => {
      expect(statSync(server.directory).mode & 0o777).toBe(0o700);
      expect(statSync(join(server.directory, "redis.conf")).mode & 0o777).toBe(0o600);
    }));

  it.each([
    ["notify-keyspace-events", "AE"],
    ["maxmemory", String(8 * 1024 * 1024)],
    ["maxmemory-policy", "noeviction"],
    ["proto-max-bulk-len", String(1024 * 1024)],
    ["databases", "1"],
    ["save", ""],
    ["appendonly", "no"],
    ["bind", "127.0.0.1"],
  ])("is configured with %s = %j", (name, value) =>
    withServer(async (_server, client) => {
      expect((await client.config("GET", name)) as string[]).toEqual([name, value]);
    }),
  );

  it("refuses a value over 1 MB, whatever the command", () =>
    withServer(async (_server, client) => {
      await expect(client.setrange("k", 2_000_000, "x")).rejects.toThrow(/maximum allowed size/);
    }));

  it("says within a second that it has died, and comes back empty at the same address", () =>
    withServer(async (server, client) => {
      await client.set("k", "v");
      const death = new Promise<string>((resolve) => {
        server.onDeath = resolve;
      });
      const at = Date.now();
      server.kill();
      expect(await death).toMatch(/SIGKILL/);
      expect(Date.now() - at).toBeLessThan(1000);
      const { port } = server;
      await server.restart();
      expect(server.port).toBe(port);
      const again = new Redis(server.connection());
      expect(await again.dbsize()).toBe(0);
      again.disconnect();
    }));

  it("comes back with what it held when it keeps an append-only file, from before that was turned on too", () =>
    withServer(async (server, client) => {
      await client.set("before", "1");
      await server.persist("always");
      await client.set("after", "2");
      expect(await killed(server, (again) => again.mget("before", "after"))).toEqual(["1", "2"]);
      expect(await killed(server, (again) => again.config("GET", "append*"))).toMatchObject(
        expect.arrayContaining(["appendonly", "yes", "appendfsync", "always"]),
      );
    }));

  it("answers once it has loaded all of its append-only file", () =>
    withServer(async (server, client) => {
      await server.persist("everysec");
      const value = "x".repeat(100);
      for (let batch = 0; batch < 20; batch++) {
        const pipeline = client.pipeline();
        for (let i = 0; i < 1000; i++) pipeline.set(`key:${batch}:${i}`, value);
        await pipeline.exec();
      }
      // Everything is written to the file, however busy the disk is.
      await server.persist("always");
      await client.set("last", "1");
      expect(await killed(server, (again) => again.dbsize())).toBe(20_001);
    }));

  it("has its time from the run's clock in the file too: a key whose time ends while Redis is down is dead when it is back", () =>
    withServer(async (server, client) => {
      const { clock } = server;
      if (!clock) return;
      const frozenUs = 1_900_000_000_000_000;
      clock.set(frozenUs, 0);
      await server.persist("always");
      await client.set("short", "1", "PX", 5000);
      await client.set("long", "2", "PX", 60_000);
      const left = await killed(
        server,
        (again) => Promise.all(["short", "long"].map((key) => again.pttl(key))),
        () => clock.set(frozenUs + 10_000_000, 0),
      );
      expect(left).toEqual([-2, 50_000]);
    }));

  it("keeps nothing of keys that were flushed, and no file once it is turned off", () =>
    withServer(async (server, client) => {
      await server.persist("always");
      await client.set("k", "v");
      await client.flushall();
      expect(await killed(server, (again) => again.dbsize())).toBe(0);
      await killed(server, (again) => again.set("k", "v"));
      await server.persist("no");
      expect(existsSync(join(server.directory, "appendonlydir"))).toBe(false);
      expect(await killed(server, (again) => again.dbsize())).toBe(0);
    }));

  it("leaves neither process nor directory behind when stopped", async () => {
    const server = await RedisServer.start(settings);
    const { port, directory } = server;
    await server.stop();
    expect(await isListening(port)).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });

  it("is not left behind when it is stopped in the middle of a restart, and cannot be started after that", async () => {
    const server = await RedisServer.start(settings);
    const { port, directory } = server;
    await server.die();
    await expect.poll(() => server.alive).toBe(false);
    const restart = server.restart();
    const [restarted] = await Promise.allSettled([restart, server.stop()]);
    expect(restarted.status).toBe("rejected");
    expect(await isListening(port)).toBe(false);
    expect(existsSync(directory)).toBe(false);
    await expect(server.restart()).rejects.toThrow("has been ended");
  });

  it("is started once by two restarts at a time", () =>
    withServer(async (server) => {
      await server.die();
      await expect.poll(() => server.alive).toBe(false);
      await Promise.all([server.restart(), server.restart()]);
      const { pid } = server;
      await server.die();
      await expect.poll(() => server.alive).toBe(false);
      expect(pid).not.toBeNull();
      expect(await isListening(server.port)).toBe(false); // a second process would still hold the port
    }));

  it("explains why a binary does not work", async () => {
    await expect(RedisServer.start({ ...settings, binary: "/nonexistent/redis-server" })).rejects.toThrow(
      /redis-server|ENOENT/,
    );
    await expect(RedisServer.start({ ...settings, binary: "/bin/false" })).rejects.toThrow(/ended/);
  });

  it("dies with a parent that is killed with -9", async () => {
    const program = `
      const { RedisServer } = await import(${JSON.stringify(join(process.cwd(), "lib/redis/redis-server.ts"))});
      const server = await RedisServer.start(${JSON.stringify(settings)});
      console.log(server.port);
      setInterval(() => undefined, 1000);`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const port = Number(line.toString());
    expect(await isListening(port)).toBe(true);
    parent.kill("SIGKILL");
    expect(await until(async () => !(await isListening(port)), 2000)).toBe(true);
  });
});

describe("the sweep", () => {
  it("removes what a dead parent left, its redis-server included, and nothing of a living one", async () => {
    const work = join(base, "work");
    const mine = claimWorkDirectory(work);
    const orphanHome = join(work, "999999999-dead");
    const orphanDirectory = join(orphanHome, "redis-1");
    mkdirSync(orphanDirectory, { recursive: true });
    const alive = await RedisServer.start({ ...settings, directory: mine });
    const port = alive.port + 1;
    const orphan = spawn(
      settings.binary,
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", orphanDirectory],
      {
        stdio: "ignore",
      },
    );
    expect(await until(() => isListening(port), 5000)).toBe(true);
    writeFileSync(join(orphanHome, "owner"), "999999999 1");
    writeFileSync(join(orphanDirectory, "pid"), `${orphan.pid} ${port}`);

    expect(sweepLeftovers(work)).toEqual([orphanHome]);
    expect(await until(async () => !(await isListening(port)), 2000)).toBe(true);
    expect(existsSync(orphanHome)).toBe(false);
    expect(await isListening(alive.port)).toBe(true);
    expect(existsSync(mine)).toBe(true);
    await alive.stop();
  });
});

describe("the warm pool", () => {
  it("hands out each server once and ends them all when it closes", async () => {
    const pool = new RedisPool(settings, 2);
    await pool.fill();
    const first = await pool.take();
    const second = await pool.take();
    const third = await pool.take();
    expect(new Set([first.port, second.port, third.port]).size).toBe(3);
    await pool.close();
    for (const { port } of [first, second, third]) expect(await isListening(port)).toBe(false);
  });

  it("does not hand out a server that has died in the meantime", async () => {
    const pool = new RedisPool(settings, 1);
    await pool.fill();
    const warm = await pool.take();
    await pool.fill();
    warm.kill();
    expect((await pool.take()).alive).toBe(true);
    await pool.close();
  });
});
