/** The embedded PostgreSQL (PGlite) of one server process, in a worker thread and a directory of its own. */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { MessageChannel, type Worker } from "node:worker_threads";
import { startWorker } from "../worker";
import type { DatabaseAccess, DatabaseEngine } from "./engine";
import { PgliteClient } from "./pglite-client";
import type { PgliteNews, PgliteOrder, PgliteTask } from "./pglite-messages";

export class PgliteEngine implements DatabaseEngine {
  readonly kind = "pglite";
  private readonly client: PgliteClient;

  private constructor(
    private readonly worker: Worker,
    readonly version: string,
  ) {
    this.client = new PgliteClient(connect(worker));
  }

  /**
   * @param file the worker's entry
   * @param onLost its thread has ended; whoever asks is told so from then on
   * @throws Error when the directory cannot be made or opened
   */
  static async start(file: URL, task: PgliteTask, onLost: () => void): Promise<PgliteEngine> {
    const worker = startWorker(file, task);
    // Its clients keep the process alive while they wait for an answer; the thread alone does not.
    const [news] = (await once(worker, "message")) as [PgliteNews];
    worker.unref();
    if (news.kind === "ready") {
      worker.on("error", (error) => console.error("The embedded PostgreSQL has ended:", error));
      worker.once("exit", () => {
        rmSync(task.directory, { recursive: true, force: true });
        onLost();
      });
      return new PgliteEngine(worker, news.version);
    }
    await worker.terminate();
    throw new Error(`The embedded PostgreSQL did not start: ${news.kind === "failed" ? news.problem : news.kind}`);
  }

  query(schema: string, sql: string, values: readonly unknown[]) {
    return this.client.query(schema, sql, values);
  }

  script(schema: string, sql: string) {
    return this.client.script(schema, sql);
  }

  access(): DatabaseAccess {
    return { kind: "pglite", version: this.version, port: connect(this.worker) };
  }

  async close(): Promise<void> {
    this.client.close();
    this.worker.ref();
    const closed = once(this.worker, "message");
    this.worker.postMessage({ kind: "close" } satisfies PgliteOrder);
    await closed;
    await this.worker.terminate();
  }
}

function connect(worker: Worker) {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ kind: "connect", port: port2 } satisfies PgliteOrder, [port2]);
  return port1;
}
