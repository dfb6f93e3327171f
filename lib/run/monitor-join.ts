/**
 * MONITOR on the run's own server gives what no client sees: the order in which Redis executed commands, when, and the
 * commands inside scripts. Lines and commands are joined per connection: the k-th line of an address is its k-th command
 * (2001 of 2001 matched in reference/redis-findings.md). Lines of connections that nobody announced are left out.
 */
import { once } from "node:events";
import { Redis } from "ioredis";
import type { ConnectionOptions } from "../redis/redis-server";

export interface Joined {
  serverOrder: number | null;
  serverUs: number | null;
  inner: string[][];
}

interface Expected {
  name: string;
  firstArgument: string;
  joined: Joined | null;
  settle: ((joined: Joined) => void) | null;
  expectedAt: number;
}

/** How long a reply waits for its line before it is recorded without. */
const LINE_TIMEOUT_MS = 100;
const CONNECT_TIMEOUT_MS = 2000;

const sameCommand = (a: string, b: string) => a === b || (a.startsWith("eval") && b.startsWith("eval"));

export class MonitorJoin {
  private connection: Redis | null = null;
  private readonly queues = new Map<string, Expected[]>();
  private order = 0;
  private lastScript: Joined | null = null;
  private sweeper: NodeJS.Timeout | null = null;
  private waiting = 0;
  private active = false;

  get watching(): boolean {
    return this.active;
  }

  /** Replies that still wait for their line. */
  get pending(): number {
    return this.waiting;
  }

  async start(options: ConnectionOptions): Promise<void> {
    if (this.connection) return;
    const client = new Redis({ ...options, monitor: true, lazyConnect: true, retryStrategy: null });
    this.connection = client;
    client.on("error", () => undefined);
    client.on("end", () => {
      if (this.connection === client) this.stop();
    });
    client.on("monitor", (time: string, args: string[], source: string) => this.line(time, args, source));
    try {
      const monitoring = once(client, "monitoring", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
      await client.connect();
      await monitoring;
      this.active = this.connection === client;
    } catch {
      if (this.connection === client) this.stop();
    }
  }

  stop(): void {
    const client = this.connection;
    this.connection = null;
    this.active = false;
    this.lastScript = null;
    client?.disconnect();
    for (const queue of this.queues.values()) for (const entry of queue.splice(0)) this.giveUp(entry);
    this.queues.clear();
    if (this.sweeper) clearInterval(this.sweeper);
    this.sweeper = null;
  }

  /** Announces a command that was just written. Answers a function that resolves with its line (or with nothing, in time). */
  expect(address: string, name: string, firstArgument: string): () => Promise<Joined> {
    const entry: Expected = {
      name: name.toLowerCase(),
      firstArgument,
      joined: null,
      settle: null,
      expectedAt: performance.now(),
    };
    let queue = this.queues.get(address);
    if (!queue) {
      queue = [];
      this.queues.set(address, queue);
    }
    queue.push(entry);
    return () => this.wait(entry);
  }

  private wait(entry: Expected): Promise<Joined> {
    this.waiting += 1;
    this.sweeper ??= setInterval(() => this.sweep(), LINE_TIMEOUT_MS / 2);
    return new Promise((resolve) => {
      entry.expectedAt = performance.now();
      const settle = (joined: Joined) => {
        this.waiting -= 1;
        resolve(joined);
      };
      // The lines of a script come in one piece with its own: by the next turn of the loop they have all been read.
      if (entry.joined) setImmediate(settle, entry.joined);
      else entry.settle = settle;
    });
  }

  private line(time: string, args: string[], source: string): void {
    const name = args[0]?.toLowerCase() ?? "";
    if (source === "lua") {
      this.lastScript?.inner.push(args);
      return;
    }
    this.order += 1;
    const joined: Joined = { serverOrder: this.order, serverUs: Math.round(Number(time) * 1e6), inner: [] };
    this.lastScript = joined;
    const queue = this.queues.get(source);
    const index =
      queue?.findIndex(
        (entry) =>
          sameCommand(entry.name, name) && (name.startsWith("eval") || entry.firstArgument === (args[1] ?? "")),
      ) ?? -1;
    if (!queue || index < 0) return;
    // Commands before it that Redis refused (or dropped with their transaction) get no line.
    for (const skipped of queue.splice(0, index)) this.giveUp(skipped);
    const entry = queue.shift();
    if (!entry) return;
    entry.joined = joined;
    if (entry.settle) setImmediate(entry.settle, joined);
  }

  private sweep(): void {
    const deadline = performance.now() - LINE_TIMEOUT_MS;
    for (const queue of this.queues.values())
      while (queue[0]?.settle && queue[0].expectedAt < deadline) this.giveUp(queue.shift() as Expected);
    if (this.waiting === 0 && this.sweeper) {
      clearInterval(this.sweeper);
      this.sweeper = null;
    }
  }

  private giveUp(entry: Expected): void {
    const nothing: Joined = { serverOrder: null, serverUs: null, inner: [] };
    entry.joined ??= nothing;
    const { settle } = entry;
    entry.settle = null;
    settle?.(nothing);
  }
}
