/** PostgreSQL as runs use it: one statement at a time, each in a schema of its run's own. Embedded or a server, the same SQL. */
import type { MessagePort } from "node:worker_threads";

export interface QueryAnswer {
  rows: Record<string, unknown>[];
  /** Rows that a statement without RETURNING has changed; else how many it answers. */
  count: number;
}

export interface DatabaseEngine {
  readonly kind: "pglite" | "postgres";
  /** PostgreSQL's own. */
  readonly version: string;
  /** One autocommit statement; unqualified names are those of `schema`. @throws Error in PostgreSQL's words */
  query(schema: string, sql: string, values: readonly unknown[]): Promise<QueryAnswer>;
  /** Several statements, without parameters. */
  script(schema: string, sql: string): Promise<void>;
  /** How a worker thread gets to the same database. Its port must stand in the transfer list. */
  access(): DatabaseAccess;
  close(): Promise<void>;
}

export type DatabaseAccess = { kind: "pglite"; version: string; port: MessagePort } | { kind: "postgres"; url: string };

/** Whole numbers beyond int4 come as text from the one and as bigint from the other; exact ones become numbers. */
export function plainInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
