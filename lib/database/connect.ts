/** From a worker thread to the database of its server. */
import type { DatabaseAccess, DatabaseEngine } from "./engine";
import { PgliteClient } from "./pglite-client";
import { PostgresEngine } from "./postgres-engine";

export async function connectDatabase(access: DatabaseAccess): Promise<DatabaseEngine> {
  if (access.kind === "postgres") return PostgresEngine.connect(access.url);
  const client = new PgliteClient(access.port);
  return {
    kind: "pglite",
    version: access.version,
    query: (schema, sql, values) => client.query(schema, sql, values),
    script: (schema, sql) => client.script(schema, sql),
    access: () => {
      throw new Error("A worker thread hands nothing on.");
    },
    close: async () => client.close(),
  };
}
