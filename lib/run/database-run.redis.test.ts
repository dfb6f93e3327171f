/** A run and its database: on the embedded PostgreSQL, or the server behind DATABASE_URL, where an outside client looks on. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readEnv } from "../env";
import type { EventOf } from "../events";
import type { OwnedRun } from "./service";
import { testService } from "./testing";

const { DATABASE_URL } = readEnv({ ...process.env, NODE_ENV: "test" });

let test: ReturnType<typeof testService>;
let owned: OwnedRun;
const rename = (username: string) => owned.run.act("update", { id: 1, username });
const eventsOf = <T extends "query" | "rows" | "observation">(type: T): EventOf<T>[] =>
  owned.run.trace.log
    .range(1, owned.run.trace.log.lastSeq)
    .events.filter((event): event is EventOf<T> => event.type === type);
const schemaOf = () => {
  const { queries } = owned.run;
  if (!queries) throw new Error("no database");
  return queries.schema;
};

beforeAll(() => {
  test = testService({ RUNS_PER_OWNER: "20" });
});
afterAll(() => test.close());
beforeEach(async () => {
  owned = await test.service.open({ pattern: "write-through", variant: "safe", params: { databaseMs: 30 } }, "me");
});

describe("a run's database", () => {
  it("is shown as it is at first, and again after each change", async () => {
    expect(eventsOf("observation")).toMatchObject([{ tables: [{ table: "users", count: 100 }] }]);
    await rename("ann");
    await owned.run.settle();
    const [seen] = eventsOf("observation").findLast(({ tables }) => tables)?.tables ?? [];
    expect(seen?.rows[0]).toMatchObject({ id: 1, username: "ann", version: 2 });
  });

  it("puts each query into the trace: its words, its values, its rows, and what latency was injected", async () => {
    await rename("ann");
    await owned.run.settle();
    expect(eventsOf("query")).toMatchObject([
      { actor: "you", sql: expect.stringMatching(/^UPDATE users SET/), values: ["ann", 1], injectedMs: 30 },
    ]);
    expect(eventsOf("query")[0]?.source?.path).toBe("lib/patterns/write-through/safe.ts");
    expect(eventsOf("rows")).toMatchObject([{ count: 1, rows: [{ id: 1, username: "ann" }] }]);
  });

  it("fails every query until it is healed: 503, in the fault's words, and never a 500", async () => {
    await owned.run.pullFault("fail-database", {}, "person");
    await expect(rename("ann")).rejects.toMatchObject({ status: 503, code: "database_error" });
    await owned.run.pullFault("heal-database", {}, "person");
    expect(await rename("ann")).toMatchObject({ version: 2 });
  });

  it("slowed down, says in each query by how much, until it is healed", async () => {
    await owned.run.pullFault("slow-database", { ms: 40 }, "person");
    await rename("ann");
    await owned.run.pullFault("heal-database", {}, "person");
    await rename("bob");
    expect(eventsOf("query").map(({ injectedMs }) => injectedMs)).toEqual([70, 30]);
  });

  it("goes back to its first rows with a reset, faults healed", async () => {
    await rename("ann");
    await owned.run.pullFault("fail-database", {}, "person");
    const [variant] = owned.run.pattern.variants;
    await owned.run.configure({ variant });
    const { rows } = await schemaOf().query("SELECT count(*) AS n FROM users WHERE username = 'ann'", []);
    expect(rows).toEqual([{ n: 0 }]);
    expect(await rename("bob")).toMatchObject({ cache: "written" });
  });

  it("keeps the rows of two runs apart", async () => {
    const other = await test.service.open({ pattern: "write-through", variant: "safe" }, "you");
    await rename("ann");
    expect(await other.run.act("read", { id: 1 })).toMatchObject({ value: { username: "user-1" } });
  });

  it("is gone with its run: no schema, no row", async () => {
    const schema = schemaOf();
    const there = () => schema.query("SELECT nspname FROM pg_namespace WHERE nspname = $1", [schema.name]);
    expect((await there()).count).toBe(1);
    await test.service.remove(owned);
    expect((await there()).count).toBe(0);
  });

  it.runIf(DATABASE_URL)("is seen by a client from outside while the run lives, and not a moment longer", async () => {
    const outside = new pg.Client({ connectionString: DATABASE_URL });
    await outside.connect();
    const { name } = schemaOf();
    const look = async () => (await outside.query(`SELECT username FROM ${name}.users WHERE id = 1`)).rows;
    await rename("ann");
    expect(await look()).toEqual([{ username: "ann" }]);
    await outside.query(`UPDATE ${name}.users SET username = 'by hand', version = version + 1 WHERE id = 2`);
    expect(await owned.run.act("read", { id: 2 })).toMatchObject({ value: { username: "by hand" } });
    await test.service.remove(owned);
    await expect(look()).rejects.toThrow(/does not exist/);
    await outside.end();
  });
});
