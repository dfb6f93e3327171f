import { describe, expect, it } from "vitest";
import type { RunEvent, WireValue } from "@/lib/events";
import { withLatest } from "./latest-answer";
import { bodyFields, bodyOf, fieldTitle, namesOf } from "./schema-fields";
import { positionOf, STOPS, snap, valueAt } from "./slider-scale";

describe("slider", () => {
  const wide = { min: 1, max: 1000, step: 1 };
  const fine = { min: 0.1, max: 1000, step: 0.1 };

  it("reaches both ends and comes back to what was set", () => {
    expect([valueAt(0, wide), valueAt(STOPS, wide)]).toEqual([1, 1000]);
    for (const value of [1, 2, 10, 50, 400]) expect(valueAt(positionOf(value, wide), wide)).toBe(value);
    expect(valueAt(positionOf(1.5, fine), fine)).toBe(1.5);
  });

  it("gives the first decades room", () => {
    expect(positionOf(10, wide)).toBeGreaterThan(STOPS / 4);
  });

  it("keeps to steps and bounds", () => {
    expect([snap(3.26, fine), snap(-5, wide), snap(9999, wide)]).toEqual([3.3, 1, 1000]);
    expect(valueAt(STOPS / 2, { min: 0, max: 2000, step: 10 })).toBe(1000);
  });
});

describe("fields of a body", () => {
  const schema = {
    properties: {
      client: { type: "string" },
      cost: { type: "integer", minimum: 1, maximum: 1000, default: 1 },
      ms: { type: "integer", minimum: -100, maximum: 100 },
      mode: { enum: ["a", "b"] },
      id: { type: "integer", minimum: 1, examples: [7] },
    },
    required: ["client", "ms"],
  };

  it("come from its JSON Schema", () => {
    const fields = bodyFields(schema, ["client"]);
    expect(fields.map(({ name, kind, initial }) => [name, kind, initial])).toEqual([
      ["cost", "number", "1"],
      ["ms", "number", "100"],
      ["mode", "choice", "a"],
      ["id", "number", "7"],
    ]);
    expect(fieldTitle("databaseMs")).toBe("database ms");
  });

  it("become a body again, wrong entries left to the server to refuse", () => {
    const fields = bodyFields(schema);
    expect(bodyOf(fields, { client: "bob", cost: "", ms: "x" })).toEqual({ client: "bob", ms: "x", mode: "a", id: 7 });
    expect(bodyOf(fields, { client: "", cost: "2", ms: "-5", mode: "b" })).toEqual({
      client: "",
      cost: 2,
      ms: -5,
      mode: "b",
      id: 7,
    });
  });
});

describe("who acts", () => {
  it("is offered by the names that its schema gives, the default first, and else by people's", () => {
    const schema = (service: object) => ({ properties: { service } });
    expect(namesOf(schema({ default: "admin", examples: ["orders", "admin", "billing", "more"] }), "service")).toEqual([
      "admin",
      "orders",
      "billing",
    ]);
    expect(namesOf(schema({ type: "string" }), "service")).toEqual(["alice", "bob", "carol"]);
  });
});

describe("a field that is left empty", () => {
  const fields = bodyFields({
    properties: {
      resource: { type: "string", default: "account-1" },
      token: { type: "string" },
      note: { type: "string" },
    },
    required: ["resource", "token"],
  });
  const answers: [actor: string, value: WireValue][] = [
    ["alice", { acquired: true, token: "alice:1" }],
    ["bob", { acquired: true, token: "bob:2" }],
    ["bob", { acquired: false, token: null }],
    ["bob", 7],
  ];
  const log = {
    lastSeq: answers.length,
    at: (seq: number) => {
      const [actor, value] = answers[seq - 1] ?? [];
      return { type: "result", actor, value } as RunEvent;
    },
  };

  it("is taken from the latest answer of who acts, else from anybody's", () => {
    expect(withLatest(fields, {}, log, "alice")).toEqual({ token: "alice:1" });
    expect(withLatest(fields, {}, log, null)).toEqual({ token: "bob:2" });
    expect(withLatest(fields, {}, log, "carol")).toEqual({ token: "bob:2" });
  });

  it("stays as it was typed, or empty when no answer has it", () => {
    expect(withLatest(fields, { token: "mine" }, log, "alice")).toEqual({ token: "mine" });
    expect(withLatest(fields, {}, { ...log, lastSeq: 0 }, null)).toEqual({});
  });
});
