/** The same statements on the embedded PostgreSQL and, when DATABASE_URL is set, on that server. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnv } from "../env";
import { DATABASE_WORKER } from "../run/testing";
import { connectDatabase } from "./connect";
import { Databases } from "./databases";
import type { DatabaseEngine } from "./engine";
import { parseTables } from "./pattern-tables";
import { RunSchema } from "./run-schema";

const env = readEnv({ ...process.env, NODE_ENV: "test" });
const TABLES = parseTables(`
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, seen bigint);
CREATE TABLE notes (id integer REFERENCES users, note text);
CREATE SEQUENCE tokens;
INSERT INTO users SELECT i, 'user ' || i, 1760000000000 FROM generate_series(1, 3) i;
INSERT INTO notes VALUES (1, 'first');
`);

describe.each(["embedded", "DATABASE_URL"].filter((where) => where === "embedded" || env.DATABASE_URL))(
  "%s",
  (where) => {
    let directory: string;
    let databases: Databases;
    let engine: DatabaseEngine;
    const open = () => RunSchema.open(engine, databases.prefix, TABLES);
    const schemas = async () =>
      (
        await engine.query("public", "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", [
          databases.prefix,
        ])
      ).rows;

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "playground-database-"));
      const url = where === "embedded" ? "" : env.DATABASE_URL;
      databases = new Databases({ url, template: env.DATABASE_TEMPLATE, directory, worker: DATABASE_WORKER });
      engine = await databases.engine();
    });
    afterAll(async () => {
      expect(await schemas()).toEqual([]);
      await databases.close();
      expect(readdirSync(directory)).toEqual([]);
      rmSync(directory, { recursive: true });
    });

    it("answers rows with plain numbers, and counts what a change has changed", async () => {
      const schema = await open();
      expect(await schema.query("SELECT * FROM users WHERE id = $1", [2])).toEqual({
        rows: [{ id: 2, name: "user 2", seen: 1_760_000_000_000 }],
        count: 1,
      });
      expect(await schema.query("SELECT count(*) AS n FROM users", [])).toMatchObject({ rows: [{ n: 3 }] });
      expect(await schema.query("UPDATE users SET name = $1", ["x"])).toEqual({ rows: [], count: 3 });
      const changed = await schema.query("UPDATE users SET name = $1 WHERE id = 1 RETURNING name", ["y"]);
      expect(changed).toEqual({ rows: [{ name: "y" }], count: 1 });
      expect(await schema.query("SELECT * FROM users WHERE id = 9", [])).toEqual({ rows: [], count: 0 });
      await schema.drop();
    });

    it("keeps exact what is too large for a number, as text", async () => {
      const schema = await open();
      const { rows } = await schema.query("SELECT 9007199254740993::bigint AS big", []);
      expect(rows).toEqual([{ big: "9007199254740993" }]);
      await schema.drop();
    });

    it("keeps the rows of two runs apart, whoever asks when", async () => {
      const [a, b] = await Promise.all([open(), open()]);
      await Promise.all([
        ...Array.from({ length: 10 }, () => a.query("UPDATE users SET seen = seen + 1 WHERE id = 1", [])),
        ...Array.from({ length: 10 }, () => b.query("SELECT name FROM users WHERE id = 1", [])),
      ]);
      const seen = async (schema: RunSchema) => (await schema.query("SELECT seen FROM users WHERE id = 1", [])).rows;
      expect(await seen(a)).toEqual([{ seen: 1_760_000_000_010 }]);
      expect(await seen(b)).toEqual([{ seen: 1_760_000_000_000 }]);
      await Promise.all([a.drop(), b.drop()]);
    });

    it("refuses in PostgreSQL's words and goes on", async () => {
      const schema = await open();
      await expect(schema.query("SELECT * FROM nothing", [])).rejects.toThrow('relation "nothing" does not exist');
      await expect(schema.query("INSERT INTO users VALUES (1, 'again')", [])).rejects.toThrow(/duplicate key/);
      expect((await schema.query("SELECT 1 AS one", [])).rows).toEqual([{ one: 1 }]);
      await schema.drop();
    });

    it("is reset to the rows and the sequence that it began with, and shows them", async () => {
      const schema = await open();
      const before = await schema.observe();
      expect(before).toMatchObject([
        { table: "users", count: 3, rows: [{ id: 1 }, { id: 2 }, { id: 3 }] },
        { table: "notes", count: 1 },
      ]);
      await schema.query("DELETE FROM notes", []);
      await schema.query("UPDATE users SET name = 'x'", []);
      const next = async () => (await schema.query("SELECT nextval('tokens') AS n", [])).rows;
      await next();
      await schema.reset();
      expect(await schema.observe()).toEqual(before);
      expect(await next()).toEqual([{ n: 1 }]);
      await schema.drop();
    });

    it("lends itself to a worker thread, and drops what that leaves behind", async () => {
      const lent = await databases.lend();
      const borrowed = await connectDatabase(lent.access);
      const schema = await RunSchema.open(borrowed, lent.prefix, TABLES);
      expect((await schema.query("SELECT id FROM notes", [])).rows).toEqual([{ id: 1 }]);
      expect(await schemas()).toHaveLength(1);
      await borrowed.close();
      await databases.takeBack(lent);
      expect(await schemas()).toEqual([]);
    });
  },
);

describe.runIf(env.DATABASE_URL)("on a server of somebody's own", () => {
  const open = () =>
    new Databases({ url: env.DATABASE_URL, template: "", directory: tmpdir(), worker: DATABASE_WORKER });

  it("drops the schemas of a process that was killed, and none of one that lives", async () => {
    const client = new pg.Client({ connectionString: env.DATABASE_URL });
    await client.connect();
    const orphan = "rpp_0123456789ab_0123456789abcdef";
    await client.query(`CREATE SCHEMA ${orphan}; CREATE SCHEMA rpp_somebody_elses`);
    const living = open();
    const kept = await RunSchema.open(await living.engine(), living.prefix, TABLES);
    const newcomer = open();
    await newcomer.engine();
    const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'rpp_')");
    expect(rows.map(({ nspname }) => nspname).sort()).toEqual([kept.name, "rpp_somebody_elses"].sort());
    await client.query("DROP SCHEMA rpp_somebody_elses");
    await kept.drop();
    await Promise.all([living.close(), newcomer.close(), client.end()]);
  });

  it("holds its name again when the connection that held it was cut, so that its schemas stay", async () => {
    const client = new pg.Client({ connectionString: env.DATABASE_URL });
    await client.connect();
    const living = open();
    const kept = await RunSchema.open(await living.engine(), living.prefix, TABLES);
    const guards = async (what: string) =>
      (
        await client.query(`SELECT ${what} FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND application_name LIKE '%guard'`)
      ).rows.length;
    await expect.poll(() => guards("pid")).toBe(1);
    expect(await guards("pg_terminate_backend(pid)")).toBe(1);
    await expect.poll(() => guards("pid"), { timeout: 10_000 }).toBe(1);
    const newcomer = open();
    await newcomer.engine();
    expect(await kept.query("SELECT count(*) AS n FROM users", [])).toMatchObject({ rows: [{ n: 3 }] });
    await kept.drop();
    await Promise.all([living.close(), newcomer.close(), client.end()]);
  });
});

describe("a server that is not there", () => {
  it("is said to be so, and asked again the next time", async () => {
    const url = "postgres://nobody@127.0.0.1:1/nothing";
    const databases = new Databases({ url, template: "", directory: tmpdir(), worker: DATABASE_WORKER });
    for (let i = 0; i < 2; i++) await expect(databases.engine()).rejects.toThrow(/ECONNREFUSED/);
    await databases.close();
  });
});
