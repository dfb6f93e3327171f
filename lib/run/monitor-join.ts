/**
 * MONITOR on the run's own server gives what no client sees: the order in which Redis executed commands, when, and the
 * commands inside scripts. Lines and commands are joined per connection: the k-th line of an address is its k-th command
 * (2001 of 2001 matched in reference/redis-findings.md). Lines of connections that nobody announced are left out.
 */
import type { Socket } from "node:net";
import { type MonitorLine, openMonitor } from "../redis/monitor-stream";

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
  /** Sweeps that have found its reply waiting. */
  sweeps: number;
}

const SWEEP_EVERY_MS = 50;
/**
 * The sweep at which a reply is recorded without its line, 100 ms after it came or a little later. Sweeps are counted, not
 * ms: a process that was held up finds lines and replies waiting together, and whoever gave up a command whose line is
 * already here would take that line for the next command's.
 */
const PATIENCE_SWEEPS = 3;

const sameCommand = (a: string, b: string) => a === b || (a.startsWith("eval") && b.startsWith("eval"));

export class MonitorJoin {
  private connection: Socket | null = null;
  private opening = false;
  private readonly queues = new Map<string, Expected[]>();
  private order = 0;
  private lastScript: Joined | null = null;
  private sweeper: NodeJS.Timeout | null = null;
  private waiting = 0;

  get watching(): boolean {
    return this.connection !== null;
  }

  /** Replies that still wait for their line. */
  get pending(): number {
    return this.waiting;
  }

  async start(server: { port: number; password: string }): Promise<void> {
    if (this.connection || this.opening) return;
    this.opening = true;
    try {
      const socket = await openMonitor(
        server,
        (line) => this.line(line),
        () => {
          if (this.connection === socket) this.stop();
        },
      );
      this.connection = socket;
    } catch {
      // Redis is gone or busy dying: the run says so; its replies are recorded without server times
    } finally {
      this.opening = false;
    }
  }

  stop(): void {
    const socket = this.connection;
    this.connection = null;
    this.lastScript = null;
    socket?.destroy();
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
      sweeps: 0,
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
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS);
    return new Promise((resolve) => {
      const settle = (joined: Joined) => {
        this.waiting -= 1;
        resolve(joined);
      };
      // The lines of a script come in one piece with its own: by the next turn of the loop they have all been read.
      if (entry.joined) setImmediate(settle, entry.joined);
      else entry.settle = settle;
    });
  }

  private line({ us, args, source }: MonitorLine): void {
    const name = args[0]?.toLowerCase() ?? "";
    if (source === "lua") {
      this.lastScript?.inner.push(args);
      return;
    }
    this.order += 1;
    const joined: Joined = { serverOrder: this.order, serverUs: us, inner: [] };
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
    for (const queue of this.queues.values()) {
      for (const entry of queue) if (entry.settle) entry.sweeps += 1;
      while (queue[0]?.settle && queue[0].sweeps >= PATIENCE_SWEEPS) this.giveUp(queue.shift() as Expected);
    }
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
