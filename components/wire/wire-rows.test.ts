import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/lib/events";
import { ALL_KINDS, WireRows } from "./wire-rows";

const at = (seq: number) => ({ seq, atUs: seq * 1000, epoch: 0 });
const command = (seq: number, actor = "alice", name = "EVALSHA"): RunEvent => ({
  ...at(seq),
  type: "command",
  actor,
  action: 1,
  name,
  args: ["k"],
});
const reply = (seq: number, ref: number, extra: Partial<{ inner: string[][]; error: string }> = {}): RunEvent => ({
  ...at(seq),
  type: "reply",
  ref,
  actor: "alice",
  value: 1,
  latencyUs: 120,
  serverOrder: null,
  serverUs: [0, 0],
  ...extra,
});

describe("wire rows", () => {
  it("puts what a script ran under its command, though other commands came between", () => {
    const rows = new WireRows();
    rows.append(command(1));
    rows.append(command(2, "bob"));
    rows.append(reply(3, 1, { inner: [["TIME"], ["hget", "k", "f"]] }));
    expect(rows.all.map((row) => row.text)).toEqual(["EVALSHA k", "TIME", "HGET k f", "EVALSHA k"]);
    expect(rows.all[0]?.reply).toBe("1");
    expect(rows.all[1]?.seq).toBe(1);
  });

  it("shows a query as a command, with its rows for a reply", () => {
    const rows = new WireRows();
    const sql = "SELECT * FROM users WHERE id = $1";
    rows.append({ ...at(1), type: "query", actor: "alice", action: 1, sql, values: [1], injectedMs: 80 });
    rows.append({ ...at(2), type: "rows", ref: 1, actor: "alice", rows: [{ id: 1 }], count: 1, latencyUs: 90 });
    expect(rows.all.map(({ kind, text, reply: shown }) => [kind, text, shown])).toEqual([
      ["command", "SELECT * FROM users WHERE id = 1  (+80 ms injected)", "1 row: id 1"],
    ]);
  });

  it("filters by actor, kind and text as rows come, replies included", () => {
    const rows = new WireRows();
    rows.setFilter({ text: "refused", actor: null, kinds: ALL_KINDS });
    rows.append(command(1));
    rows.append(command(2));
    rows.append(reply(3, 1, { error: "Refused: no" }));
    expect(rows.shown.map((row) => row.seq)).toEqual([1]);
    rows.setFilter({ text: "", actor: "bob", kinds: ALL_KINDS });
    rows.append(command(4, "bob"));
    expect(rows.shown.map((row) => row.seq)).toEqual([4]);
    rows.setFilter({ text: "", actor: null, kinds: new Set(["key"]) });
    rows.append({ ...at(5), type: "key", event: "hset", key: "k" });
    expect(rows.shown.map((row) => row.text)).toEqual(["hset k"]);
    expect(rows.all).toHaveLength(4);
  });

  it("finds the row at a seq and forgets rows of dropped events", () => {
    const rows = new WireRows();
    for (let seq = 1; seq <= 10; seq++) rows.append(command(seq));
    expect(rows.indexAt(4)).toBe(3);
    expect(rows.indexAt(0)).toBe(-1);
    rows.dropBefore(6);
    expect(rows.shown.map((row) => row.seq)).toEqual([6, 7, 8, 9, 10]);
  });

  it("makes a row's text only when it is looked at", () => {
    const rows = new WireRows();
    let written = 0;
    const event = Object.defineProperty(command(1), "args", {
      get: () => {
        written++;
        return ["k"];
      },
    });
    rows.append(event);
    expect(written).toBe(0);
    expect([rows.all[0]?.text, rows.all[0]?.text, written]).toEqual(["EVALSHA k", "EVALSHA k", 1]);
  });
});
