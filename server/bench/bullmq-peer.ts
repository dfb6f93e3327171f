/**
 * bullmq as a peer of the queues here: jobs added, and drained by its own worker. It makes its connections itself (ioredis,
 * from the options given), and keeps no job that is done, as ours do.
 */
import { Queue, Worker } from "bullmq";

export const BULLMQ = "bullmq 6.7.0";

/** Where its Redis is. */
export interface PeerAddress {
  host: string;
  port: number;
  password: string;
}

export class BullmqPeer {
  private readonly queue: Queue;

  private constructor(
    private readonly name: string,
    private readonly connection: PeerAddress,
  ) {
    this.queue = new Queue(name, {
      connection,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
  }

  /** @param name of the queue: its keys begin with `bull:<name>:` */
  static async open(name: string, connection: PeerAddress): Promise<BullmqPeer> {
    const peer = new BullmqPeer(name, connection);
    await peer.queue.waitUntilReady();
    return peer;
  }

  async add(payload: string): Promise<void> {
    await this.queue.add("job", { payload });
  }

  /** Adds many in few round trips: to have something to drain. */
  async fill(count: number): Promise<void> {
    const jobs = Array.from({ length: count }, (_, i) => ({ name: "job", data: { payload: `payload ${i}` } }));
    await this.queue.addBulk(jobs);
  }

  /**
   * Works off so many jobs with one worker of this concurrency, whose work is nothing.
   * @returns ms from the worker's start, connected, to the last job's end
   */
  async drain(count: number, concurrency: number): Promise<number> {
    let left = count;
    let done = () => {};
    const drained = new Promise<void>((resolve) => {
      done = resolve;
    });
    const worker = new Worker(this.name, async () => undefined, {
      connection: this.connection,
      concurrency,
      autorun: false,
      removeOnComplete: { count: 0 },
    });
    worker.on("error", (error) => {
      throw error;
    });
    worker.on("completed", () => {
      left -= 1;
      if (left === 0) done();
    });
    await worker.waitUntilReady();
    const startedAt = performance.now();
    void worker.run();
    await drained;
    const tookMs = performance.now() - startedAt;
    await worker.close();
    return tookMs;
  }

  /** Takes all its keys away. */
  async empty(): Promise<void> {
    await this.queue.obliterate({ force: true });
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
