import { describe, expect, it } from "vitest";
import {
  clockText,
  commandText,
  frameText,
  noteText,
  queryText,
  rowsText,
  sinceText,
  ttlText,
  valueText,
} from "./format";

const base = { seq: 1, atUs: 0, epoch: 0 };

describe("format", () => {
  it("writes times since the start", () => {
    expect(sinceText(12_412_000)).toBe("12.412");
    expect(sinceText(62_412_000)).toBe("1:02.412");
    expect(sinceText(-5)).toBe("0.000");
    expect(clockText(12_449_000)).toBe("00:12.4");
    expect(clockText(61_000_000)).toBe("01:01.0");
  });

  it("writes a TTL in the unit that is read at a glance, and Redis' negatives in words", () => {
    expect([850, 3240, 125_000, -1, -2].map(ttlText)).toEqual(["850 ms", "3.2 s", "2 min 05 s", "no TTL", "gone"]);
  });

  it("names a script by its file instead of its sha", () => {
    const args = ["c".repeat(40), "1", "bucket:alice", "10"];
    expect(commandText({ name: "EVALSHA", args, script: "take-safe-1.lua" })).toBe(
      "EVALSHA take-safe-1.lua 1 bucket:alice 10",
    );
    expect(commandText({ name: "SET", args: ["k", "two words", ""] })).toBe('SET k "two words" ""');
    expect(commandText({ name: "GET", args: ["k"], node: 3 })).toBe("node 3: GET k");
  });

  it("writes replies as redis-cli does, on one line", () => {
    expect(valueText(["0.38", null, 3, []])).toBe('"0.38"  (nil)  3  (empty)');
    expect(valueText("OK")).toBe("OK");
    expect(valueText({ tokens: "9" })).toBe('tokens "9"');
    expect(valueText(undefined)).toBe("");
  });

  it("writes a query with its values in place, and says what latency was injected", () => {
    const query = { ...base, type: "query" as const, actor: "a", action: 1 };
    const sql = "UPDATE users SET name = $1 WHERE id = $2";
    expect(queryText({ ...query, sql, values: ["ann", 7] })).toBe("UPDATE users SET name = 'ann' WHERE id = 7");
    expect(queryText({ ...query, sql: "SELECT 1", values: [], injectedMs: 80 })).toBe("SELECT 1  (+80 ms injected)");
  });

  it("counts rows before it shows them", () => {
    const rows = { ...base, type: "rows" as const, ref: 1, actor: "a", latencyUs: 1 };
    expect(rowsText({ ...rows, rows: [{ id: 1, name: "ann" }], count: 1 })).toBe('1 row: id 1  name "ann"');
    expect(rowsText({ ...rows, rows: [], count: 3 })).toBe("3 rows");
  });

  it("sums a frame up", () => {
    const counts = { command: 620, reply: 620, key: 0 };
    const frame = { ...base, type: "frame", fromSeq: 1, toSeq: 1240, counts, state: null, verdict: null } as const;
    expect(frameText(frame, 33_000)).toBe("1,240 events in 33 ms: 620 command, 620 reply");
  });

  it("leaves out of the wire what has no sentence", () => {
    expect(noteText({ ...base, type: "key", event: "hset", key: "k" })).toBeNull();
    expect(noteText({ ...base, type: "clock", offsetUs: 5000, deltaUs: 5000, reason: "tick" })).toBe(
      "clock +5 ms: tick",
    );
  });
});
