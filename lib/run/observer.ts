/**
 * Looks at Redis from outside the gate: keyspace notifications as they come, and soon after a key has changed what it holds
 * and how long it has to live by Redis' own PTTL. Also reads all keys for the inspector.
 */

import { Redis } from "ioredis";
import type { InspectedKey } from "../contract";
import type { EventOf } from "../events";
import { keysOf } from "../redis/keys";
import type { RedisServer } from "../redis/redis-server";
import { observedKey, readKey } from "./read-key";
import type { Trace } from "./trace";

/** A key that goes on changing is read this often; more than this many at once wait for the next turn. */
const LOOK_EVERY_MS = 100;
const KEYS_PER_LOOK = 16;
const DEATH_IS_KNOWN_MS = 100;
const INSPECTED_KEYS = 200;
/** Gone by itself or by command: no need to look. */
const GONE = ["del", "expired", "evicted"];
const CHANNEL = "__keyevent@0__:";
const EVERYTHING = `${CHANNEL}*`;
const DELETIONS = GONE.map((event) => `${CHANNEL}${event}`);

export class Observer {
  private reader: Redis | null = null;
  private subscriber: Redis | null = null;
  private readonly touched = new Set<string>();
  private timer: NodeJS.Timeout | null = null;
  private lookedAt = 0;
  private looking = false;
  private thinned = false;

  constructor(
    private readonly server: RedisServer,
    private readonly trace: Trace,
    /** Which of the run's nodes it looks at; absent: at the run's own Redis. */
    private readonly node?: number,
  ) {}

  get busy(): boolean {
    return this.looking;
  }

  async start(): Promise<void> {
    const options = { ...this.server.connection(), lazyConnect: true, retryStrategy: null };
    const reader = new Redis(options);
    // RESP2's parser is the quicker one, and this connection only ever hears notifications.
    const subscriber = new Redis({ ...options, protocol: 2 });
    for (const client of [reader, subscriber]) client.on("error", () => undefined);
    this.reader = reader;
    this.subscriber = subscriber;
    await Promise.all([reader.connect(), subscriber.connect()]);
    subscriber.on("pmessage", (_pattern: string, channel: string, key: string) => this.notified(channel, key));
    subscriber.on("message", (channel: string, key: string) => this.notified(channel, key));
    this.thinned = false;
    await subscriber.psubscribe(EVERYTHING);
    // When Redis itself has died, its exit is known a moment later and the run says so.
    subscriber.once("close", () => setTimeout(() => void this.recover(subscriber), DEATH_IS_KNOWN_MS));
  }

  stop(): void {
    const { reader, subscriber } = this;
    this.reader = null;
    this.subscriber = null;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.touched.clear();
    reader?.disconnect();
    subscriber?.disconnect();
  }

  /** The connection that the run itself uses to reset, seed and check. Null while Redis is down. */
  get connection(): Redis | null {
    return this.reader;
  }

  /**
   * At speed only deletions are heard: a message for every write costs Redis a fifth of its throughput (measured), and the
   * commands themselves stand in the trace. The keys known so far are still looked at.
   */
  async thin(on: boolean): Promise<void> {
    const { subscriber } = this;
    if (!subscriber || this.thinned === on) return;
    this.thinned = on;
    if (on) await Promise.all([subscriber.subscribe(...DELETIONS), subscriber.punsubscribe(EVERYTHING)]);
    else await Promise.all([subscriber.psubscribe(EVERYTHING), subscriber.unsubscribe(...DELETIONS)]);
  }

  /** Hears what Redis has notified up to now and looks at what has changed, without waiting for the next look's turn. */
  async settle(): Promise<void> {
    const { subscriber } = this;
    // A marker after the notifications: when it is back, they have been heard.
    await subscriber?.ping().catch(() => undefined);
    while (this.looking) await new Promise((resolve) => setImmediate(resolve));
    while (this.touched.size && !this.thinned && this.reader) {
      if (this.timer) clearTimeout(this.timer);
      await this.look();
    }
  }

  /** All keys now (the first 200), as an observation tells them. */
  async readAll(): Promise<EventOf<"observation">["keys"]> {
    return (await this.inspect()).map(observedKey);
  }

  /** All keys now (the first 200), as an inspector shows them. */
  async inspect(): Promise<InspectedKey[]> {
    const { reader } = this;
    if (!reader) return [];
    const sorted = (await keysOf(reader, INSPECTED_KEYS)).sort().slice(0, INSPECTED_KEYS);
    const read = await Promise.all(sorted.map((key) => readKey(reader, key)));
    return read.filter((key) => key.kind !== "none");
  }

  /** Redis cuts a subscriber that is too slow; ours says what it missed and comes back. */
  private async recover(lost: Redis): Promise<void> {
    if (this.subscriber !== lost || !this.server.alive) return;
    const here = this.trace.log.lastSeq + 1;
    this.trace.append({
      type: "gap",
      reason: "notifications-lost",
      fromSeq: here,
      toSeq: here,
      text: "Redis cut off the playground's own subscriber. Key events are missing up to here.",
    });
    this.stop();
    await this.start().catch(() => undefined);
  }

  private notified(channel: string, key: string): void {
    const event = channel.slice(CHANNEL.length);
    this.trace.append({ type: "key", event, key, ...(this.node === undefined ? {} : { node: this.node }) });
    if (GONE.includes(event)) {
      this.touched.delete(key);
      return;
    }
    this.touched.add(key);
    if (this.timer || this.looking) return;
    const wait = Math.max(0, this.lookedAt + LOOK_EVERY_MS - performance.now());
    this.timer = setTimeout(() => void this.look(), wait);
  }

  private async look(): Promise<void> {
    this.timer = null;
    const { reader } = this;
    if (!reader) return;
    this.lookedAt = performance.now();
    this.looking = true;
    const since = this.trace.log.lastSeq;
    const keys = [...this.touched].slice(0, KEYS_PER_LOOK);
    if (!this.thinned) for (const key of keys) this.touched.delete(key);
    try {
      const seen = await Promise.all(keys.map((key) => readKey(reader, key)));
      const seenKeys = seen.map((key) => observedKey(key, this.node));
      this.trace.append({ type: "observation", keys: seenKeys, since });
    } catch {
      // Redis went away under the look; the run says so itself
    }
    this.looking = false;
    if (this.touched.size && !this.timer && this.reader) this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }
}
