/** The memory of a run's own Redis, taken away and given back: writes that need some are then really refused. */
import type { Redis } from "ioredis";

/** Less than an empty server takes. */
const NOTHING = "1";

export class MemoryLimit {
  /** What the server was configured with, while it is taken away. */
  private configured: string | null = null;

  /** Redis answers OOM to every command that could need memory; it deletes, expires and reads as before. */
  async fill(redis: Redis): Promise<void> {
    if (this.configured !== null) return;
    const [, limit = "0"] = (await redis.config("GET", "maxmemory")) as string[];
    await redis.config("SET", "maxmemory", NOTHING);
    this.configured = limit;
  }

  async free(redis: Redis): Promise<void> {
    if (this.configured === null) return;
    await redis.config("SET", "maxmemory", this.configured);
    this.configured = null;
  }

  /** The server has been started anew: it has its configuration again. */
  forget(): void {
    this.configured = null;
  }
}
