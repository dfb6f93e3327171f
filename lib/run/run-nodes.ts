/**
 * The independent nodes of a run: what breaks and mends them, who looks at them, and when they stand still. There is no MONITOR
 * on them: a reply that a partition delays would wait for its line, and no verdict needs to know when a node executed what.
 */

import type { Redis } from "ioredis";
import type { InspectedKey } from "../contract";
import type { NewEvent } from "../events";
import type { ClockPages } from "../redis/clock-page";
import { NodeLab } from "../redis/node-lab";
import type { RedisServer } from "../redis/redis-server";
import type { Actor } from "./actors";
import { Observer } from "./observer";
import type { RunClock } from "./run-clock";
import type { Trace } from "./trace";

/** Sockets notice an end within moments; a machine that is busy takes longer. */
const NOTICE_MS = 2000;

export class RunNodes {
  readonly lab: NodeLab;
  private readonly observers: Observer[];
  /** Node numbers of the restarts that are still to come. */
  private readonly due = new Map<number, symbol>();
  /** Nodes that a fault is killing. */
  private readonly dying = new Set<number>();
  private starting = 0;
  private ended = false;

  /**
   * @param pages the clocks of all servers of the run: that of node n has the index n. Null without the shim
   * @param lanes every lane that has connections to them
   */
  constructor(
    servers: readonly RedisServer[],
    private readonly clock: RunClock,
    private readonly pages: ClockPages | null,
    private readonly trace: Trace,
    private readonly lanes: () => readonly Actor[],
  ) {
    this.lab = new NodeLab(servers, clock);
    this.observers = servers.map((server, i) => new Observer(server, trace, i + 1));
    for (const [i, server] of servers.entries()) server.onDeath = (reason) => this.died(i + 1, reason);
  }

  async start(): Promise<void> {
    await Promise.all(this.answering().map(({ observer }) => observer.start()));
  }

  /** Nobody looks at them any more. */
  stop(): void {
    for (const observer of this.observers) observer.stop();
  }

  end(): void {
    this.ended = true;
    for (const server of this.lab.servers) server.onDeath = null;
    this.due.clear();
    this.stop();
    this.lab.close(null);
  }

  /** See `Observer.thin`. */
  async thin(on: boolean): Promise<void> {
    await Promise.all(this.answering().map(({ observer }) => observer.thin(on)));
  }

  /** A node is being started. */
  get busy(): boolean {
    return this.starting > 0 || this.answering().some(({ observer }) => observer.busy);
  }

  /**
   * Waits until each node that can has answered all that it was sent, and the answers have come as far as they come. What a
   * fault holds up is not waited for. Answers whether anything moved meanwhile.
   */
  async settle(): Promise<boolean> {
    const before = this.lab.moved;
    await Promise.all(this.answering().map(({ observer }) => observer.connection?.ping().catch(() => undefined)));
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    return this.lab.moved !== before;
  }

  /** Hears and looks at what has changed on each node that answers. */
  async look(): Promise<void> {
    await Promise.all(this.answering().map(({ observer }) => observer.settle()));
  }

  async inspect(): Promise<InspectedKey[]> {
    const all = await Promise.all(
      this.answering().map(async ({ observer, node }) => (await observer.inspect()).map((key) => ({ ...key, node }))),
    );
    return all.flat();
  }

  // ---------------------------------------------------------------- faults

  /** This owner gets connections to these nodes and no others. */
  async allow(owner: string, reached: readonly number[]): Promise<void> {
    for (const node of this.lab.numbers) if (!reached.includes(node)) this.lab.break(node, owner, { refuses: true });
    const { nodes = [] } = this.connected().find(({ id }) => id === owner) ?? {};
    await until(() => nodes.every(({ node, reaches }) => reaches === (node !== null && reached.includes(node))));
  }

  /** kill -9; resolves when everybody knows. */
  async kill(node: number): Promise<void> {
    this.due.delete(node);
    const server = this.lab.server(node);
    this.dying.add(node);
    this.observers[node - 1]?.stop();
    await server.die();
    this.dying.delete(node);
    await until(() => this.clientsOf(node).every(({ status }) => status !== "ready"));
  }

  /** Resolves when everybody who can reach it is connected again. It starts empty: a node keeps nothing on disk. */
  async restart(node: number): Promise<void> {
    this.starting += 1;
    try {
      const server = this.lab.server(node);
      if (server.alive) await this.kill(node);
      this.due.delete(node);
      await server.restart();
      await this.observers[node - 1]?.start();
      await until(() =>
        this.connected().every(({ id, nodes }) => !this.lab.answers(node, id) || isReady(nodes[node - 1])),
      );
    } finally {
      this.starting -= 1;
    }
  }

  /** Kills it now and starts it when so much time has passed on the run's clock. */
  async restartAfter(node: number, ms: number, back: NewEvent): Promise<void> {
    const dueMs = this.clock.nowMs() + ms;
    await this.kill(node);
    const mine = Symbol(`restart of node ${node}`);
    this.due.set(node, mine);
    const isDue = () => !this.ended && this.due.get(node) === mine;
    const wait = async () => {
      // Whoever changes the run wakes all sleepers, before their time.
      while (isDue() && this.clock.nowMs() < dueMs) await this.clock.sleep(dueMs - this.clock.nowMs());
      if (!isDue()) return;
      await this.restart(node);
      this.trace.append(back);
    };
    wait().catch(() => undefined); // it stays down, and whoever asks it hears so
  }

  async pause(node: number): Promise<void> {
    await this.lab.server(node).pause();
  }

  resume(node: number): void {
    this.lab.server(node).resume();
  }

  /** From now on this node's own clock is so far ahead (behind) of what it was. @returns false without the shim */
  jump(node: number, ms: number): boolean {
    this.pages?.jump(node, ms * 1000);
    return this.pages !== null;
  }

  /** All as at the beginning: nodes up, empty and in time, links sound. */
  async restore(): Promise<void> {
    this.due.clear();
    this.lab.heal(null, null);
    this.pages?.align();
    for (const node of this.lab.numbers) this.resume(node);
    await Promise.all(this.lab.numbers.map((node) => (this.lab.server(node).alive ? undefined : this.restart(node))));
    await Promise.all(this.observers.map((observer) => observer.connection?.flushall()));
  }

  /** Somebody outside has ended it. */
  private died(node: number, reason: string): void {
    if (this.dying.has(node)) return;
    this.observers[node - 1]?.stop();
    const text = `Node ${node} is gone (${reason}).`;
    this.trace.append({ type: "fault", fault: "kill", target: `node ${node}`, node, by: "person", text });
  }

  /** That look at those nodes that answer now. */
  get connections(): Redis[] {
    return this.answering().flatMap(({ observer }) => observer.connection ?? []);
  }

  private answering(): { observer: Observer; node: number }[] {
    return this.observers.flatMap((observer, i) => {
      const { alive, paused } = this.lab.server(i + 1);
      return alive && !paused ? [{ observer, node: i + 1 }] : [];
    });
  }

  private connected(): Actor[] {
    return this.lanes().filter(({ status }) => status === "connected");
  }

  private clientsOf(node: number) {
    return this.connected().flatMap(({ nodes }) => nodes[node - 1] ?? []);
  }
}

const isReady = (client: Actor["client"] | undefined): boolean => client === undefined || client.status === "ready";

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + NOTICE_MS; Date.now() < end && !condition(); )
    await new Promise((resolve) => setTimeout(resolve, 2));
}
