/**
 * A small TCP proxy in front of one redis-server, for one client of it: it can be slow, a black hole, or closed. It loses no
 * byte of a connection that survives: TCP sends again what a partition swallowed, so after it the bytes come late, in order.
 */
import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";

/** A direction whose line holds more than this stops reading: its sender fills up, as one does whose packets go nowhere. */
const MAX_HELD_BYTES = 65_536;

/** Requests go to Redis, replies come from it. */
export type Lost = "both" | "requests" | "replies";

/** What is wrong with a link. */
export interface LinkRules {
  /** Each way. */
  delayMs: number;
  /** What vanishes for as long as this stands. */
  lost: Lost | null;
  /** Nobody listens: connections are cut, and new ones too. */
  refuses: boolean;
}

export const SOUND: LinkRules = { delayMs: 0, lost: null, refuses: false };

/** Time as the run has it: artificial delays pass on its clock. */
export interface ProxyClock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** One direction of one connection. */
class Way {
  private readonly line: { chunk: Buffer; dueMs: number }[] = [];
  private held = 0;
  private draining = false;
  private opened: (() => void) | null = null;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly kind: Exclude<Lost, "both">,
    private readonly proxy: Pick<FaultProxy, "rules" | "moved">,
    private readonly clock: ProxyClock,
  ) {
    from.on("data", (chunk: Buffer) => this.take(chunk));
    to.once("close", () => this.opened?.());
  }

  /** The rules have changed. */
  look(): void {
    if (!this.isShut) this.opened?.();
  }

  private get isShut(): boolean {
    const { lost } = this.proxy.rules;
    return lost === "both" || lost === this.kind;
  }

  private take(chunk: Buffer): void {
    this.proxy.moved();
    const { delayMs } = this.proxy.rules;
    if (delayMs === 0 && this.line.length === 0 && !this.isShut) {
      if (this.to.write(chunk)) return;
      this.from.pause();
      this.to.once("drain", () => this.from.resume());
      return;
    }
    this.line.push({ chunk, dueMs: this.clock.nowMs() + delayMs });
    this.held += chunk.length;
    if (this.held > MAX_HELD_BYTES) this.from.pause();
    if (!this.draining) void this.drain();
  }

  private async drain(): Promise<void> {
    this.draining = true;
    for (let next = this.line[0]; next && !this.to.destroyed; next = this.line[0]) {
      const waitMs = next.dueMs - this.clock.nowMs();
      if (waitMs > 0) await this.clock.sleep(waitMs);
      while (this.isShut && !this.to.destroyed)
        await new Promise<void>((resolve) => {
          this.opened = resolve;
        });
      this.opened = null;
      this.line.shift();
      this.held -= next.chunk.length;
      this.proxy.moved();
      if (!this.to.destroyed) this.to.write(next.chunk);
      if (this.held <= MAX_HELD_BYTES) this.from.resume();
    }
    this.draining = false;
  }
}

interface Connection {
  client: Socket;
  redis: Socket;
  ways: Way[];
}

export class FaultProxy {
  private readonly connections = new Set<Connection>();
  private current: LinkRules = SOUND;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: () => number,
    private readonly clock: ProxyClock,
    /** Told of each piece that comes in or goes out. */
    readonly moved: () => void,
  ) {
    server.on("connection", (client) => this.accept(client));
  }

  /** Listens on a free port of 127.0.0.1. @param targetPort asked at each new connection */
  static async open(targetPort: () => number, clock: ProxyClock, moved: () => void = () => undefined) {
    const server = createServer({ noDelay: true });
    const proxy = new FaultProxy(server, targetPort, clock, moved);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  get rules(): LinkRules {
    return this.current;
  }

  set rules(rules: LinkRules) {
    this.current = rules;
    if (rules.refuses) this.cut();
    for (const { ways } of this.connections) for (const way of ways) way.look();
  }

  /** Every connection through it is gone, whatever was on its way. */
  cut(): void {
    for (const { client, redis } of this.connections) {
      client.destroy();
      redis.destroy();
    }
  }

  close(): void {
    this.server.close();
    this.cut();
  }

  private accept(client: Socket): void {
    if (this.current.refuses) {
      client.resetAndDestroy();
      return;
    }
    const redis = createConnection({ port: this.targetPort(), host: "127.0.0.1", noDelay: true });
    const { clock } = this;
    const ways = [new Way(client, redis, "requests", this, clock), new Way(redis, client, "replies", this, clock)];
    const connection: Connection = { client, redis, ways };
    this.connections.add(connection);
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      // Whoever is gone is gone for the other side too; why is the other side's to find out.
      one.on("error", () => undefined);
      one.on("close", () => {
        other.destroy();
        this.connections.delete(connection);
      });
    }
  }
}
