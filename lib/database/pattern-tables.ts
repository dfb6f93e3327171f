/** A pattern's `tables.sql`, taken apart: how a run's schema is made, and how it is brought back to its beginning. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const TABLES_FILE = "tables.sql";

export interface PatternTables {
  /** The whole file: makes everything in an empty schema. */
  text: string;
  /** Their names, in the order of the file. */
  tables: readonly string[];
  /** Empties the tables, starts the sequences anew and inserts the first rows again. */
  reset: string;
}

const CREATES_TABLE = /^CREATE TABLE (\w+)/i;
const CREATES_SEQUENCE = /^CREATE SEQUENCE (\w+)/i;
const STARTS_ROWS = /^INSERT INTO /i;

/** @throws Error for a statement that is none of CREATE TABLE, CREATE SEQUENCE and INSERT INTO */
export function parseTables(text: string): PatternTables {
  const statements = text
    .replace(/--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter(Boolean);
  const named = (pattern: RegExp) => statements.flatMap((statement) => pattern.exec(statement)?.[1] ?? []);
  const [tables, sequences] = [named(CREATES_TABLE), named(CREATES_SEQUENCE)];
  const first = statements.filter((statement) => STARTS_ROWS.test(statement));
  const strange = statements.find((statement) =>
    [CREATES_TABLE, CREATES_SEQUENCE, STARTS_ROWS].every((pattern) => !pattern.test(statement)),
  );
  if (strange !== undefined) throw new Error(`${TABLES_FILE}: what is "${strange.slice(0, 60)}"?`);
  // DELETE, because a TRUNCATE of a few rows takes ten times as long (measured). Rows that refer to others go first.
  const reset = [
    ...tables.toReversed().map((table) => `DELETE FROM ${table}`),
    ...sequences.map((sequence) => `ALTER SEQUENCE ${sequence} RESTART`),
    ...first,
  ];
  return { text, tables, reset: reset.map((statement) => `${statement};`).join("\n") };
}

/** Of a registered pattern. @throws Error when the file is missing or strange */
export const loadTables = (patternId: string): PatternTables =>
  parseTables(readFileSync(join("lib", "patterns", patternId, TABLES_FILE), "utf8"));
