/**
 * The one owner of an embedded PostgreSQL, in a worker thread: a query of long standing would hold the event loop, and two
 * owners of one directory destroy it without a word. It has one session, so one statement runs at a time.
 */
import { cpSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import type { QueryAnswer } from "./engine";
import type { PgliteNews, PgliteOrder, PgliteReply, PgliteRequest, PgliteTask } from "./pglite-messages";

type Home = Pick<MessagePort, "on" | "postMessage">;

export async function hostPglite({ directory, template }: PgliteTask, home: Home): Promise<void> {
  const tell = (news: PgliteNews) => home.postMessage(news);
  try {
    if (template) cpSync(template, directory, { recursive: true });
    const pg = await PGlite.create(directory);
    const desk = new Desk(pg);
    home.on("message", (order: PgliteOrder) => {
      if (order.kind === "connect") desk.serve(order.port);
      else void desk.close().then(() => tell({ kind: "closed" }));
    });
    const { rows } = await pg.query<{ server_version: string }>("SHOW server_version");
    tell({ kind: "ready", version: rows[0]?.server_version ?? "unknown" });
  } catch (error) {
    tell({ kind: "failed", problem: (error as Error).message });
  }
}

class Desk {
  private turn: Promise<unknown> = Promise.resolve();
  private schema = "";
  private readonly ports = new Set<MessagePort>();

  constructor(private readonly pg: PGlite) {}

  serve(port: MessagePort): void {
    this.ports.add(port);
    port.on("message", (request: PgliteRequest) => {
      this.turn = this.turn.then(async () => {
        const reply = await this.answer(request);
        try {
          port.postMessage(reply);
        } catch (error) {
          port.postMessage({ id: request.id, problem: `The answer cannot be sent: ${(error as Error).message}` });
        }
      });
    });
    port.on("close", () => this.ports.delete(port));
  }

  async close(): Promise<void> {
    await this.turn;
    for (const port of this.ports) port.close();
    await this.pg.close();
  }

  private async answer({ id, schema, sql, values }: PgliteRequest): Promise<PgliteReply> {
    try {
      if (schema !== this.schema) {
        await this.pg.query("SELECT set_config('search_path', $1, false)", [schema]);
        this.schema = schema;
      }
      return { id, answer: values ? await this.query(sql, values) : await this.script(sql) };
    } catch (error) {
      return { id, problem: (error as Error).message };
    }
  }

  private async query(sql: string, values: readonly unknown[]): Promise<QueryAnswer> {
    const { rows, affectedRows } = await this.pg.query<Record<string, unknown>>(sql, [...values]);
    return { rows, count: rows.length || (affectedRows ?? 0) };
  }

  private async script(sql: string): Promise<QueryAnswer> {
    await this.pg.exec(sql);
    return { rows: [], count: 0 };
  }
}
