/**
 * The database of one server process, started when the first run wants one: embedded, or the server behind `DATABASE_URL`.
 * Schemas on a server carry their process' name, and that process holds an advisory lock of that name as long as it lives:
 * so what a killed one left behind can be told from what is in use, and goes.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import pg from "pg";
import type { DatabaseAccess, DatabaseEngine } from "./engine";
import { loadTables } from "./pattern-tables";
import { PgliteEngine } from "./pglite-engine";
import { PostgresEngine } from "./postgres-engine";
import { RunSchema } from "./run-schema";

export interface DatabaseSettings {
  /** `DATABASE_URL`; "": embedded. */
  url: string;
  /** `DATABASE_TEMPLATE` of the embedded one. */
  template: string;
  /** Parent of the embedded one's own directory. */
  directory: string;
  /** Entry of the embedded one's worker thread. */
  worker: URL;
}

const FAMILY = "rpp";
const AGAIN_AFTER_MS = 1000;
const SCHEMA_NAME = new RegExp(`^(${FAMILY}_[0-9a-f]{12})_[0-9a-f_]+$`);

/** What a worker thread needs to make schemas of its own. */
export interface LentDatabase {
  access: DatabaseAccess;
  /** Of the names of its schemas. */
  prefix: string;
}

export class Databases {
  /** Of this process: the first part of its schemas' names. */
  readonly prefix = `${FAMILY}_${randomBytes(6).toString("hex")}`;
  private starting: Promise<DatabaseEngine> | null = null;
  private guard: pg.Client | null = null;

  constructor(private readonly settings: DatabaseSettings) {}

  get kind(): DatabaseEngine["kind"] {
    return this.settings.url ? "postgres" : "pglite";
  }

  /** @throws Error when the database cannot be started or reached; the next call tries again */
  engine(): Promise<DatabaseEngine> {
    this.starting ??= this.start().catch((error: unknown) => {
      this.starting = null;
      throw error;
    });
    return this.starting;
  }

  async openSchema(patternId: string): Promise<RunSchema> {
    return RunSchema.open(await this.engine(), this.prefix, loadTables(patternId));
  }

  /** For a worker thread. What it makes is dropped by `takeBack`, whatever became of the thread. */
  async lend(): Promise<LentDatabase> {
    return { access: (await this.engine()).access(), prefix: `${this.prefix}_${randomBytes(6).toString("hex")}` };
  }

  async takeBack({ prefix }: Pick<LentDatabase, "prefix">): Promise<void> {
    const engine = await this.engine();
    const { rows } = await engine.query("public", "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", [
      prefix,
    ]);
    for (const { nspname } of rows) await engine.script("public", `DROP SCHEMA IF EXISTS ${nspname} CASCADE`);
  }

  async close(): Promise<void> {
    const engine = await this.starting?.catch(() => null);
    await engine?.close();
    await this.letGo();
  }

  private async start(): Promise<DatabaseEngine> {
    const { url, template, directory, worker } = this.settings;
    if (!url) {
      const lost = () => {
        this.starting = null;
      };
      return PgliteEngine.start(worker, { directory: join(directory, "postgres"), template }, lost);
    }
    const engine = await PostgresEngine.connect(url);
    try {
      this.guard = await this.lockOwnName(url);
      await sweepSchemas(this.guard);
      return engine;
    } catch (error) {
      await Promise.all([engine.close(), this.letGo()]);
      throw error;
    }
  }

  private async letGo(): Promise<void> {
    const { guard } = this;
    this.guard = null;
    await guard?.end();
  }

  private async lockOwnName(connectionString: string): Promise<pg.Client> {
    const guard = new pg.Client({
      connectionString,
      application_name: "redis-patterns-playground guard",
      keepAlive: true,
    });
    guard.on("error", () => undefined); // "end" follows
    guard.once("end", () => {
      if (this.guard === guard) void this.lockAgain(guard, connectionString);
    });
    await guard.connect();
    await guard.query("SELECT pg_advisory_lock(hashtext($1))", [this.prefix]);
    return guard;
  }

  /** Whoever sweeps while the name is free takes this process for dead: the sooner it is held again, the better. */
  private async lockAgain(lost: pg.Client, url: string): Promise<void> {
    while (this.guard === lost) {
      const guard = await this.lockOwnName(url).catch(() => null);
      if (!guard) await after(AGAIN_AFTER_MS, undefined, { ref: false });
      else if (this.guard === lost) this.guard = guard;
      else await guard.end();
    }
  }
}

/** Drops the schemas of processes that are gone: their locks are free. */
async function sweepSchemas(guard: pg.Client): Promise<void> {
  const { rows } = await guard.query<{ nspname: string }>("SELECT nspname FROM pg_namespace WHERE nspname LIKE $1", [
    `${FAMILY}\\_%`,
  ]);
  for (const { nspname } of rows) {
    const owner = SCHEMA_NAME.exec(nspname)?.[1];
    if (!owner) continue;
    const free = await guard.query<{ free: boolean }>("SELECT pg_try_advisory_lock(hashtext($1)) AS free", [owner]);
    if (!free.rows[0]?.free) continue;
    try {
      await guard.query(`DROP SCHEMA IF EXISTS ${nspname} CASCADE`);
    } catch (error) {
      // Another role's, say. It harms nobody here.
      console.error(`The schema ${nspname} of a playground that is gone could not be dropped: ${String(error)}`);
    } finally {
      await guard.query("SELECT pg_advisory_unlock(hashtext($1))", [owner]);
    }
  }
}
