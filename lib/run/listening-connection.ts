/** A connection that only listens: SUBSCRIBE, PSUBSCRIBE, and what CLIENT TRACKING redirects to it. It does not come back by itself. */
import { Command } from "ioredis";
import type { ConnectionOptions } from "../redis/redis-server";
import { type Gate, GatedRedis } from "./gate";

/** RESP2, because ioredis 6.0.0 drops invalidations that come as RESP3 pushes. */
const OPTIONS = { protocol: 2 as const, retryStrategy: () => null };

type Heard = (message: string | null, channel: string, pattern: string | null) => void;
/** Invalidations are a list of keys, or nothing at all: everything. */
type Payload = Buffer | Buffer[] | null;

export class ListeningConnection {
  /** Resolves when it has ended, whoever ended it, with whether it had a subscription. */
  readonly gone: Promise<boolean>;
  /** It has a subscription that Redis has confirmed. */
  subscribed = false;
  /** It is on its way out. */
  closing = false;
  /** Destroyed by `close`, rather than by Redis. */
  hungUp = false;
  /** By Redis' own number; null until connected. */
  id: number | null = null;
  /** Its socket is not read: what Redis sends stays in the kernel's buffers, then in Redis' own. */
  private paused = false;
  private readonly client: GatedRedis;
  private readonly clientId: Promise<number>;
  /** SUBSCRIBE commands on their way or done, by channel; PSUBSCRIBE by pattern. */
  private readonly channels = new Map<string, Promise<unknown>>();
  private readonly patterns = new Map<string, Promise<unknown>>();

  constructor(gate: Gate, connection: ConnectionOptions, heard: Heard) {
    this.client = new GatedRedis(gate, connection, OPTIONS);
    this.gone = new Promise((resolve) => {
      this.client.once("end", () => {
        resolve(this.subscribed);
        this.subscribed = false;
      });
    });
    this.client.on("messageBuffer", (channel: Buffer, payload: Payload) => {
      const messages = Array.isArray(payload) ? payload : [payload];
      for (const message of messages) heard(message?.toString() ?? null, channel.toString(), null);
    });
    this.client.on("pmessageBuffer", (pattern: string, channel: Buffer, message: Buffer) =>
      heard(message.toString(), channel.toString(), pattern),
    );
    this.clientId = this.client.connect().then(() => this.client.client("ID"));
    this.clientId.then((id) => {
      this.id = id;
    }, noop);
  }

  /** Adds what it does not listen to yet. @returns its CLIENT ID, which a subscribed connection could not ask for */
  async subscribe(channels: readonly string[], patterns: readonly string[]): Promise<number> {
    const id = await this.clientId;
    const { client } = this;
    await Promise.all([
      ...channels.map((channel) => once(this.channels, channel, () => client.subscribe(channel))),
      ...patterns.map((pattern) => once(this.patterns, pattern, () => client.psubscribe(pattern))),
    ]);
    this.subscribed = true;
    return id;
  }

  /** Gives up what it listens to. Other subscriptions stay, and so does the connection. */
  async unsubscribe(channels: readonly string[], patterns: readonly string[]): Promise<void> {
    const { client } = this;
    await Promise.all([
      ...channels.filter((channel) => this.channels.delete(channel)).map((channel) => client.unsubscribe(channel)),
      ...patterns.filter((pattern) => this.patterns.delete(pattern)).map((pattern) => client.punsubscribe(pattern)),
    ]);
  }

  /** Resolves when what Redis sent before this call has been heard; at once while nothing is read. */
  async marker(): Promise<void> {
    if (!this.subscribed || this.paused) return;
    // Past the gate: it is the playground's own, and stands in no trace.
    const ping = new Command("ping");
    this.client.write(ping, null);
    await ping.promise.catch(noop);
  }

  stopReading(): void {
    this.paused = true;
    this.client.stream?.pause();
  }

  /**
   * Reads on. Where Redis has closed its end meanwhile, resolves when all that was on the way has been heard.
   * @param stands does Redis still know this connection?
   */
  async readOn(stands: (id: number) => Promise<boolean>): Promise<void> {
    // A PING to a closed end would be answered by a reset, which takes what is on the way with it.
    const isCut = this.id !== null && !(await stands(this.id));
    if (isCut) this.closing = true;
    this.client.stream?.resume();
    if (isCut) await this.gone;
    this.paused = false;
  }

  /** Destroys the socket. Redis closes its own end first, so it counts this subscriber no more. */
  close(): Promise<boolean> {
    this.closing = true;
    this.hungUp = true;
    // Whoever reads nothing never sees the other end close.
    if (this.paused) this.client.stream?.destroy();
    this.client.disconnect();
    return this.gone;
  }
}

const noop = () => undefined;

function once(known: Map<string, Promise<unknown>>, name: string, begin: () => Promise<unknown>): Promise<unknown> {
  const begun = known.get(name) ?? begin();
  known.set(name, begun);
  return begun;
}
