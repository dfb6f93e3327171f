/** The PostgreSQL schema of one run (or of one track of an exploration): its tables, its rows, gone with it. */
import { randomBytes } from "node:crypto";
import type { EventOf, WireValue } from "../events";
import { toWireValue } from "../run/wire-value";
import type { DatabaseEngine, QueryAnswer } from "./engine";
import type { PatternTables } from "./pattern-tables";

type ObservedTable = NonNullable<EventOf<"observation">["tables"]>[number];

/** Rows of a table that an observation shows. */
const ROWS_SHOWN = 50;

export class RunSchema {
  private constructor(
    private readonly engine: DatabaseEngine,
    readonly name: string,
    private readonly definition: PatternTables,
  ) {}

  /** @param prefix of the schema's name: says which server process owns it */
  static async open(engine: DatabaseEngine, prefix: string, definition: PatternTables): Promise<RunSchema> {
    const name = `${prefix}_${randomBytes(8).toString("hex")}`;
    await engine.script(name, `CREATE SCHEMA ${name};\n${definition.text}`);
    return new RunSchema(engine, name, definition);
  }

  get tables(): readonly string[] {
    return this.definition.tables;
  }

  query(sql: string, values: readonly unknown[]): Promise<QueryAnswer> {
    return this.engine.query(this.name, sql, values);
  }

  /** Back to the rows that every run begins with. */
  reset(): Promise<void> {
    return this.engine.script(this.name, this.definition.reset);
  }

  /** What these tables hold now. */
  observe(tables: readonly string[] = this.tables): Promise<ObservedTable[]> {
    return Promise.all(
      tables.map(async (table) => {
        const [counted, shown] = await Promise.all([
          this.query(`SELECT count(*) AS count FROM ${table}`, []),
          this.query(`SELECT * FROM ${table} ORDER BY 1 LIMIT ${ROWS_SHOWN}`, []),
        ]);
        return { table, count: Number(counted.rows[0]?.count ?? 0), rows: toWireRows(shown.rows) };
      }),
    );
  }

  async drop(): Promise<void> {
    await this.engine.script("public", `DROP SCHEMA ${this.name} CASCADE`);
  }
}

export const toWireRows = (rows: readonly Record<string, unknown>[]): Record<string, WireValue>[] =>
  rows.slice(0, ROWS_SHOWN).map((row) => toWireValue(row) as Record<string, WireValue>);
