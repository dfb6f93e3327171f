import { describe, expect, it } from "vitest";
import type { NewEvent, RunEvent } from "../events";
import { tell } from "./tell";

const numbered = (events: NewEvent[]): RunEvent[] =>
  events.map((event, i) => ({ ...event, seq: i + 1, atUs: i, epoch: 0 }) as RunEvent);
const query = (sql: string, ...values: (string | number)[]): NewEvent => ({
  type: "query",
  actor: "A",
  action: 1,
  sql,
  values,
});

describe("an order as sentences", () => {
  it("tells queries with what they got: rows, how many they changed, or why not", () => {
    const events = numbered([
      query("SELECT name FROM users WHERE id = $1", 1),
      { type: "rows", ref: 1, actor: "A", rows: [{ name: "ann" }], count: 1, latencyUs: 1 },
      query("UPDATE users SET name = $1", "bob"),
      { type: "rows", ref: 3, actor: "A", rows: [], count: 2, latencyUs: 1 },
      query("SELECT 1"),
      { type: "rows", ref: 5, actor: "A", error: "gone", latencyUs: 1 },
    ]);
    expect(tell(events)).toEqual([
      "A asks the database SELECT name FROM users WHERE id = 1, and gets name ann.",
      "A asks the database UPDATE users SET name = 'bob': 2 rows.",
      "A asks the database SELECT 1, and gets gone.",
    ]);
  });
});
