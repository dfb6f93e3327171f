import { describe, expect, it } from "vitest";
import type { NewEvent, RunEvent, Verdict } from "../events";
import { goldenShape } from "./golden";

const numbered = (events: NewEvent[]): RunEvent[] =>
  events.map((event, i) => ({ ...event, seq: i + 1, atUs: i, epoch: 0 }) as RunEvent);
const query = (sql: string): NewEvent => ({ type: "query", actor: "a", action: 1, sql, values: [] });
const rows = (ref: number, error?: string): NewEvent => ({
  type: "rows",
  ref,
  actor: "a",
  latencyUs: 1,
  ...(error === undefined ? { count: 1 } : { error }),
});
const verdict: Verdict = { invariant: "", holds: true, text: "Fine.", violations: [], metrics: {}, checked: 1 };

describe("the golden shape of a trace", () => {
  it("tells a query by its verb and tables, and what became of it, in its place among the commands", () => {
    const events = numbered([
      query("SELECT id FROM users JOIN notes ON true"),
      rows(1),
      { type: "command", actor: "a", action: 1, name: "SET", args: ["k", "1"] },
      query("WITH b AS (INSERT INTO batches VALUES ($1)) UPDATE views SET n = 1"),
      rows(4, "The database does not answer"),
    ]);
    expect(goldenShape(events, verdict, true)).toEqual([
      "a: call without an end: SELECT users notes, SET k unanswered, WITH batches views The database does not answer -> open",
      "order: a a a",
      "verdict: holds: Fine.",
    ]);
  });

  it("tells many equal steps of one call by their number, and says nothing of how much somebody lost whom Redis cut off", () => {
    const get = (seq: number): NewEvent[] => [
      { type: "command", actor: "a", action: 1, name: "GET", args: ["k"] },
      { type: "reply", ref: seq, actor: "a", value: 1, latencyUs: 1, serverOrder: null, serverUs: [0, 0] },
    ];
    const events = numbered(Array.from({ length: 40 }, (_, i) => get(2 * i + 1)).flat());
    const cut = { ...verdict, holds: false, text: "mailer lacks 18 messages, lost when Redis cut it off." };
    expect(goldenShape(events, cut)).toEqual(["a: call without an end: 40 x GET k -> open", "verdict: breaks"]);
    expect(goldenShape(events.slice(0, 4), cut)[0]).toBe("a: call without an end: GET k, GET k -> open");
  });

  it("names a secret by its number alone: its characters are chance", () => {
    const events = numbered([{ type: "command", actor: "a", action: 1, name: "DEL", args: ["session:s1·a1b2c3"] }]);
    const text = "s1·a1b2c3 is gone.";
    expect(goldenShape(events, { ...verdict, text })).toEqual([
      "a: call without an end: DEL session:s1 unanswered -> open",
      "verdict: holds: s1 is gone.",
    ]);
  });

  it("counts what many did by kind: who, which key and in which order is left out", () => {
    const read = (reader: number, found: boolean): NewEvent[] => [
      { type: "command", actor: `app-${reader % 31}`, action: reader, name: "GET", args: [`user:${reader}`] },
      {
        type: "result",
        actor: `app-${reader % 31}`,
        action: reader,
        name: "read",
        body: {},
        value: { source: found ? "cache" : "database", ms: reader },
        decidedUs: null,
        ms: 1,
      },
    ];
    const shape = (readers: number[]) =>
      goldenShape(numbered(readers.flatMap((reader) => read(reader, reader % 10 !== 0))), verdict);
    const readers = Array.from({ length: 110 }, (_, i) => i);
    expect(shape(readers)).toEqual([
      "99 x read: GET user:# unanswered -> source cache",
      "11 x read: GET user:# unanswered -> source database",
      "verdict: holds: Fine.",
    ]);
    expect(shape(readers.toReversed())).toEqual(shape(readers));
    expect(shape(readers.slice(0, 12))).toHaveLength(13);
    expect(shape(readers.slice(0, 13))).toHaveLength(3);
  });
});
