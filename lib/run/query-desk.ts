/** The way of a run's queries: through the actor's gate, past artificial latency and faults, into the trace and back. */
import type { Database, Params } from "../contract";
import type { QueryAnswer } from "../database/engine";
import { type RunSchema, toWireRows } from "../database/run-schema";
import { sqlText } from "../sql-text";
import type { Actor } from "./actors";
import { hasCrashed } from "./gate";
import type { Recorder } from "./recorder";
import type { SourceLine } from "./source-line";
import { toWireValue } from "./wire-value";

/** What a pattern's code gets when its query was not answered; told apart from what Redis does. */
export class DatabaseProblem extends Error {}

export interface QuerySetting {
  readonly params: Params;
  readonly clock: { sleep(ms: number): Promise<void> };
}

interface Query {
  sql: string;
  values: readonly unknown[];
  source: SourceLine | null;
}

const CHANGES = /^\s*(?:INSERT|UPDATE|DELETE|WITH)\b/i;

export class QueryDesk {
  /** Fault `fail-database`. */
  failing = false;
  /** Fault `slow-database`, ms. */
  slowMs = 0;
  private sentTotal = 0;

  /**
   * @param injects whether the run's `databaseMs` is waited; stepped and explored runs do not wait
   * @param changed told of the statement after each one that may have changed something
   */
  constructor(
    readonly schema: RunSchema,
    private readonly setting: QuerySetting,
    private readonly recorder: Recorder,
    private readonly injects: boolean,
    private readonly changed: (sql: string) => void = () => undefined,
  ) {}

  /** Counts every query that passed a gate. */
  get sentCount(): number {
    return this.sentTotal;
  }

  /** The database as the code of one action call has it. */
  during(actor: Actor, action: number): Database {
    return { query: (sql, values = []) => this.query(actor, action, oneLine(sql), values) };
  }

  heal(): void {
    this.failing = false;
    this.slowMs = 0;
  }

  private query(
    actor: Actor,
    action: number,
    sql: string,
    values: readonly unknown[],
  ): Promise<Record<string, unknown>[]> {
    // Here, because a query that is held goes on from somebody else's stack.
    const source = this.recorder.where();
    return new Promise((resolve, reject) => {
      actor.gate.passQuery({
        text: sqlText(sql, values),
        send: () => this.send(actor, action, { sql, values, source }).then(({ rows }) => resolve(rows), reject),
        refuse: reject,
      });
    });
  }

  /** @throws DatabaseProblem when there was no answer, Error when the actor has died meanwhile */
  private async send(actor: Actor, action: number, { sql, values, source }: Query): Promise<QueryAnswer> {
    this.sentTotal += 1;
    const injectedMs = this.injects ? (this.setting.params.databaseMs ?? 0) + this.slowMs : 0;
    const flight = this.recorder.sendingQuery({
      actor: actor.id,
      action,
      sql,
      values: values.map((value) => toWireValue(value)),
      ...(injectedMs > 0 ? { injectedMs } : {}),
      ...(source ? { source } : {}),
    });
    if (injectedMs > 0) await this.setting.clock.sleep(injectedMs);
    const sentAt = performance.now();
    const latencyUs = () => Math.round((performance.now() - sentAt) * 1000);
    try {
      const answer = await this.recorder.asking(() => this.ask(actor, sql, values));
      const { rows, count } = answer;
      this.recorder.queryAnswered(flight, { rows: toWireRows(rows), count, latencyUs: latencyUs() });
      return answer;
    } catch (error) {
      this.recorder.queryAnswered(flight, { error: (error as Error).message, latencyUs: latencyUs() });
      throw error;
    }
  }

  private async ask(actor: Actor, sql: string, values: readonly unknown[]): Promise<QueryAnswer> {
    const { gate } = actor;
    // Artificial latency is the way to the database: who dies on the way does not arrive.
    if (gate.dead) throw hasCrashed();
    if (this.failing) throw new DatabaseProblem("The database does not answer (fault fail-database).");
    const answer = await this.schema.query(sql, values).catch((error: Error) => {
      throw new DatabaseProblem(error.message);
    });
    if (CHANGES.test(sql)) this.changed(sql);
    if (gate.dead) throw hasCrashed();
    return answer;
  }
}

const oneLine = (sql: string): string => sql.replace(/\s+/g, " ").trim();
