/** How much may wait in Redis for a subscriber who does not read, before Redis closes its connection: made small, and put right again. */
import type { Redis } from "ioredis";

const SETTING = "client-output-buffer-limit";
const OF_SUBSCRIBERS = /pubsub \d+ \d+ \d+/;

export class OutputLimit {
  /** What the server was configured with, while it is another. */
  private configured: string | null = null;

  async set(redis: Redis, kilobytes: number): Promise<void> {
    const [, limits = ""] = (await redis.config("GET", SETTING)) as string[];
    this.configured ??= OF_SUBSCRIBERS.exec(limits)?.[0] ?? null;
    await redis.config("SET", SETTING, `pubsub ${kilobytes * 1024} 0 0`);
  }

  async restore(redis: Redis): Promise<void> {
    if (this.configured === null) return;
    await redis.config("SET", SETTING, this.configured);
    this.configured = null;
  }

  /** The server has been started anew: it has its configuration again. */
  forget(): void {
    this.configured = null;
  }
}
