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
  /** It is being destroyed. */
  closing = false;
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
    // Whoever subscribes hears of it.
    this.clientId.catch(() => undefined);
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

  /** Resolves when what Redis sent before this call has been heard. */
  async marker(): Promise<void> {
    if (!this.subscribed) return;
    // Past the gate: it is the playground's own, and stands in no trace.
    const ping = new Command("ping");
    this.client.write(ping, null);
    await ping.promise.catch(() => undefined);
  }

  /** Destroys the socket. Redis closes its own end first, so it counts this subscriber no more. */
  close(): Promise<boolean> {
    this.closing = true;
    this.client.disconnect();
    return this.gone;
  }
}

function once(known: Map<string, Promise<unknown>>, name: string, begin: () => Promise<unknown>): Promise<unknown> {
  const begun = known.get(name) ?? begin();
  known.set(name, begun);
  return begun;
}
