/** One end of a port to the embedded PostgreSQL. The server has one, each exploration's worker thread another. */
import type { MessagePort } from "node:worker_threads";
import { plainInteger, type QueryAnswer } from "./engine";
import type { PgliteReply, PgliteRequest } from "./pglite-messages";

interface Waiting {
  resolve(answer: QueryAnswer): void;
  reject(error: Error): void;
}

export class PgliteClient {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private closed = false;

  constructor(private readonly port: MessagePort) {
    port.on("message", (reply: PgliteReply) => this.received(reply));
    port.on("close", () => this.lost());
    // A port that nobody waits at shall not keep its thread alive.
    port.unref();
  }

  query(schema: string, sql: string, values: readonly unknown[]): Promise<QueryAnswer> {
    return this.ask({ schema, sql, values });
  }

  async script(schema: string, sql: string): Promise<void> {
    await this.ask({ schema, sql });
  }

  close(): void {
    this.port.close();
    this.lost();
  }

  private ask(request: Omit<PgliteRequest, "id">): Promise<QueryAnswer> {
    if (this.closed) return Promise.reject(new Error("The embedded database has been closed."));
    const id = ++this.last;
    if (this.waiting.size === 0) this.port.ref();
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.port.postMessage({ ...request, id });
    });
  }

  private received(reply: PgliteReply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.port.unref();
    if ("problem" in reply) waiting.reject(new Error(reply.problem));
    else waiting.resolve({ ...reply.answer, rows: reply.answer.rows.map(withPlainIntegers) });
  }

  private lost(): void {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(new Error("The embedded database is gone."));
    this.waiting.clear();
  }
}

function withPlainIntegers(row: Record<string, unknown>): Record<string, unknown> {
  for (const [column, value] of Object.entries(row))
    if (typeof value === "bigint") row[column] = plainInteger(String(value));
  return row;
}
