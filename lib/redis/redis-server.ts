/** One redis-server process of ours: on 127.0.0.1, a free port, with a random password, ending with us. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";
import type { AppendOnly } from "../contract";
import { ClockPage } from "./clock-page";
import { SHELL, withParentDeath } from "./parent-death";
import { isStopped } from "./process-stat";

/** `replyMapping` stays ioredis 6's default: the reply shapes of version 5. */
export type ConnectionOptions = RedisOptions & { replyMapping?: "legacy" };

export interface RedisServerSettings {
  /** The binary: `REDIS_SERVER_BIN`. */
  binary: string;
  /** Compiled clock shim, or "" for none. */
  clockShim: string;
  /** Parent of the process' own directory. */
  directory: string;
  maxMemoryMb: number;
}

/** Long enough for a loaded machine; a start takes about 8 ms. */
const START_TIMEOUT_MS = 10_000;
const START_ATTEMPTS = 5;
const PROBE_TIMEOUT_MS = 1000;
const STOP_TIMEOUT_MS = 1000;
/** Redis finds the end of its first rewrite within a tenth of a second. */
const APPEND_ONLY_TIMEOUT_MS = 10_000;
const APPEND_ONLY_DIRECTORY = "appendonlydir";

const wordsFor = (mode: AppendOnly) =>
  mode === "no" ? { appendonly: "no", appendfsync: "everysec" } : { appendonly: "yes", appendfsync: mode };

function configuration(
  port: number,
  password: string,
  directory: string,
  maxMemoryMb: number,
  appendOnly: AppendOnly,
): string {
  const { appendonly, appendfsync } = wordsFor(appendOnly);
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${directory}`,
    "logfile redis.log",
    "daemonize no",
    'save ""',
    `appendonly ${appendonly}`,
    `appendfsync ${appendfsync}`,
    `appenddirname ${APPEND_ONLY_DIRECTORY}`,
    // A run writes little that lasts: the file is rewritten long before it is as large as Redis' default would let it grow.
    "auto-aof-rewrite-min-size 4mb",
    "databases 1",
    "notify-keyspace-events EA",
    `maxmemory ${maxMemoryMb}mb`,
    "maxmemory-policy noeviction",
    "maxmemory-clients 64mb",
    "proto-max-bulk-len 1mb",
    "client-query-buffer-limit 1mb",
    // A normal client is an actor (or our MONITOR): 16 MB bounds a runaway reply without cutting a busy observer.
    "client-output-buffer-limit normal 16mb 0 0",
    "client-output-buffer-limit pubsub 16mb 8mb 5",
    "busy-reply-threshold 500",
    "tcp-keepalive 60",
    "",
  ].join("\n");
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (!address || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

export class RedisServer {
  readonly clock: ClockPage | null;
  private child: ChildProcess | null = null;
  private stopping = false;
  private launching: Promise<void> | null = null;
  private isPaused = false;
  private keeps: AppendOnly = "no";
  /** Called when the process is gone without `stop()` having been asked. */
  onDeath: ((reason: string) => void) | null = null;

  private constructor(
    private readonly settings: RedisServerSettings,
    readonly directory: string,
    public port: number,
    readonly password: string,
  ) {
    this.clock = settings.clockShim ? new ClockPage(join(directory, "clock")) : null;
  }

  /** @throws Error with the end of redis-server's log when it does not come up. */
  static async start(settings: RedisServerSettings): Promise<RedisServer> {
    const directory = join(settings.directory, `redis-${randomBytes(6).toString("hex")}`);
    mkdirSync(directory, { mode: 0o700 });
    const server = new RedisServer(settings, directory, 0, randomBytes(24).toString("base64url"));
    try {
      await server.launch();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** With the user's name, because redis-cli 7.0 takes an empty one for a user called "". */
  get url(): string {
    return `redis://default:${this.password}@127.0.0.1:${this.port}`;
  }

  get alive(): boolean {
    return this.child !== null;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** What it keeps on disk, and loads when it is started again. */
  get appendOnly(): AppendOnly {
    return this.keeps;
  }

  /** Options for any connection to it. */
  connection(): ConnectionOptions {
    return {
      host: "127.0.0.1",
      port: this.port,
      password: this.password,
      enableReadyCheck: false,
      disableClientInfo: true,
    };
  }

  /**
   * Keeps what it holds in this way from now on, beginning with what it holds already. Resolves when the append-only file
   * stands: whatever is acknowledged afterwards survives a kill as far as the mode promises. `no` removes the file.
   * @throws Error when Redis cannot write it
   */
  async persist(mode: AppendOnly): Promise<void> {
    if (mode === this.keeps) return;
    const client = new Redis({ ...this.connection(), lazyConnect: true, retryStrategy: null });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { appendonly, appendfsync } = wordsFor(mode);
      await client.call("CONFIG", "SET", "appendfsync", appendfsync, "appendonly", appendonly);
      if (mode !== "no") await appendOnlyFileStands(client);
    } finally {
      client.disconnect();
    }
    this.keeps = mode;
    if (mode === "no") rmSync(join(this.directory, APPEND_ONLY_DIRECTORY), { recursive: true, force: true });
  }

  /**
   * Starts the process again at the same address and clock, after it has died, and waits until it has loaded what it kept.
   * Without an append-only file it is empty.
   */
  async restart(): Promise<void> {
    if (this.child) return;
    if (this.stopping) throw new Error("this server has been ended");
    this.launching ??= this.launch().finally(() => {
      this.launching = null;
    });
    await this.launching;
  }

  /** What its log says of a connection that it has closed because too much waited to be read; null: nothing. */
  whyClosed(clientId: number): string | null {
    const line = this.log()
      .split("\n")
      .findLast((entry) => entry.includes(` id=${clientId} `) && entry.includes("output buffer limits"));
    const bytes = Number(/ omem=(\d+)/.exec(line ?? "")?.[1]);
    if (!line) return null;
    return `Redis has closed it: ${bytes.toLocaleString("en-US")} bytes waited in its output buffer, more than client-output-buffer-limit allows.`;
  }

  /** kill -9, as the fault `kill-redis` does; `onDeath` follows. */
  kill(): void {
    this.child?.kill("SIGKILL");
  }

  /** kill -9; resolves when the process is gone. */
  async die(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  get paused(): boolean {
    return this.isPaused;
  }

  /** SIGSTOP; resolves when the process stands still. @throws Error where the process cannot be stopped by itself */
  async pause(): Promise<void> {
    const { child } = this;
    if (!child?.pid || this.isPaused) return;
    if (child.spawnfile === SHELL)
      throw new Error("redis-server runs under a shell here, which is what would stand still");
    this.isPaused = true;
    child.kill("SIGSTOP");
    for (const until = Date.now() + STOP_TIMEOUT_MS; Date.now() < until && !isStopped(child.pid); )
      await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** SIGCONT: it goes on where it stood, with what has come in meanwhile. */
  resume(): void {
    this.child?.kill("SIGCONT");
    this.isPaused = false;
  }

  /** Ends the process and removes its directory. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.launching?.catch(() => undefined);
    await this.die();
    this.clock?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    const wanted = this.port;
    for (let attempt = 1; ; attempt++) {
      this.port = wanted || (await freePort());
      try {
        await this.spawnOnce();
        return;
      } catch (error) {
        // Another process may have taken the port between our look and redis-server's bind.
        if (attempt >= START_ATTEMPTS || wanted || !/Address already in use/i.test(String(error))) throw error;
      }
    }
  }

  private async spawnOnce(): Promise<void> {
    const config = join(this.directory, "redis.conf");
    const { port, password, directory } = this;
    const text = configuration(port, password, directory, this.settings.maxMemoryMb, this.keeps);
    writeFileSync(config, text, { mode: 0o600 });
    const { command, args } = withParentDeath(this.settings.binary, [config]);
    const child = spawn(command, args, {
      stdio: ["pipe", "ignore", "pipe"],
      env: {
        NODE_ENV: process.env.NODE_ENV, // Next's types want it; redis-server does not look
        PATH: process.env.PATH,
        ...(this.clock ? { LD_PRELOAD: this.settings.clockShim, VCLOCK_FILE: this.clock.path } : {}),
      },
    });
    let complaint = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    let failure: Error | null = null;
    child.once("error", (error) => {
      failure = error;
    });
    child.once("exit", (code, signal) => {
      failure ??= new Error(
        `redis-server ended (${signal ?? `code ${code}`}): ${complaint.trim() || this.logTail() || "no output"}`,
      );
      if (this.child !== child) return;
      this.child = null;
      this.isPaused = false;
      if (!this.stopping) this.onDeath?.(signal ? `ended by ${signal}` : `ended with code ${code}`);
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!failure && !this.stopping && Date.now() < until) {
      if (await this.answers()) {
        if (child.pid) writeFileSync(join(directory, "pid"), `${child.pid} ${port}`);
        this.child = child;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    child.kill("SIGKILL");
    if (child.pid && child.exitCode === null && child.signalCode === null) await once(child, "exit");
    throw failure ?? new Error(`redis-server did not answer within ${START_TIMEOUT_MS} ms: ${this.logTail()}`);
  }

  /**
   * A Redis that is loading its file does not answer PING yet. Over a bare socket: asked every few ms while it starts, a
   * client would cost more than the start itself (measured).
   */
  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const probe = createConnection({ port: this.port, host: "127.0.0.1", timeout: PROBE_TIMEOUT_MS });
      let said = "";
      const end = (answer: boolean) => {
        probe.destroy();
        resolve(answer);
      };
      probe.once("connect", () => probe.write(`AUTH ${this.password}\r\nPING\r\n`));
      probe.on("data", (chunk) => {
        said += chunk.toString("latin1");
        if (said.includes("+PONG")) end(true);
        else if (said.includes("\r\n-") || said.startsWith("-")) end(false);
      });
      probe.once("timeout", () => end(false));
      probe.once("error", () => end(false));
      probe.once("close", () => resolve(false));
    });
  }

  private logTail(): string {
    return this.log().trim().split("\n").slice(-4).join("\n");
  }

  private log(): string {
    try {
      return readFileSync(join(this.directory, "redis.log"), "utf8");
    } catch {
      return "";
    }
  }
}

/** Turned on, Redis first writes what it holds into a new file by a child process, and until then a kill would lose all. */
async function appendOnlyFileStands(client: Redis): Promise<void> {
  const until = Date.now() + APPEND_ONLY_TIMEOUT_MS;
  while (Date.now() < until) {
    const facts = new Set((await client.info("persistence")).split("\r\n"));
    if (facts.has("aof_last_bgrewrite_status:err")) break;
    if (facts.has("aof_rewrite_in_progress:0") && facts.has("aof_rewrite_scheduled:0")) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("redis-server cannot write its append-only file");
}
