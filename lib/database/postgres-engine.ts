/** A PostgreSQL server of somebody's own (`DATABASE_URL`). Nothing is touched there but schemas of ours. */
import pg from "pg";
import type { DatabaseAccess, DatabaseEngine, QueryAnswer } from "./engine";
import { plainInteger } from "./engine";

/** A pool's connections; statements beyond wait for one. */
const MAX_CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 5000;
/** No statement of a pattern takes long: one that does waits for a lock that somebody else holds. */
const STATEMENT_TIMEOUT_MS = 10_000;
const INT8 = 20;

export class PostgresEngine implements DatabaseEngine {
  readonly kind = "postgres";
  /** The schema that a connection looks into now. */
  private readonly schemas = new WeakMap<pg.PoolClient, string>();

  private constructor(
    private readonly pool: pg.Pool,
    private readonly url: string,
    readonly version: string,
  ) {}

  /** @throws Error when the server cannot be reached */
  static async connect(url: string): Promise<PostgresEngine> {
    const pool = new pg.Pool({
      connectionString: url,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      application_name: "redis-patterns-playground",
      types: { getTypeParser: (oid, format) => (oid === INT8 ? plainInteger : pg.types.getTypeParser(oid, format)) },
    });
    // An idle connection that breaks is replaced; whoever asks next hears what is wrong.
    pool.on("error", () => undefined);
    // One that breaks during a statement rejects that, and says it once more.
    pool.on("connect", (client) => void client.on("error", () => undefined));
    try {
      const { rows } = await pool.query<{ server_version: string }>("SHOW server_version");
      return new PostgresEngine(pool, url, rows[0]?.server_version ?? "unknown");
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  query(schema: string, sql: string, values: readonly unknown[]): Promise<QueryAnswer> {
    return this.within(schema, async (client) => {
      const { rows, rowCount } = await client.query<Record<string, unknown>>(sql, [...values]);
      return { rows, count: rowCount ?? rows.length };
    });
  }

  async script(schema: string, sql: string): Promise<void> {
    await this.within(schema, (client) => client.query(sql));
  }

  access(): DatabaseAccess {
    return { kind: "postgres", url: this.url };
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async within<T>(schema: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      if (this.schemas.get(client) !== schema) {
        await client.query("SELECT set_config('search_path', $1, false)", [schema]);
        this.schemas.set(client, schema);
      }
      return await work(client);
    } finally {
      client.release();
    }
  }
}
