import { describe, expect, it } from "vitest";
import { foldFacts, NO_FACTS } from "./facts";

const base = { seq: 1, atUs: 0, epoch: 0 };

describe("facts", () => {
  it("follows configuration, traffic, scenarios and actors", () => {
    let facts = foldFacts(NO_FACTS, {
      ...base,
      type: "run",
      status: "configured",
      pattern: "p",
      variant: "safe",
      params: { capacity: 5 },
      seed: 3,
      text: "",
    });
    facts = foldFacts(facts, { ...base, type: "actor", actor: "alice", index: 0, status: "connected" });
    const traffic = { ...base, type: "traffic", client: "alice", shape: "steady", rate: 2, seconds: 5 } as const;
    facts = foldFacts(facts, { ...traffic, status: "started" });
    expect(facts).toMatchObject({ status: "live", variant: "safe", params: { capacity: 5 }, seed: 3 });
    expect(facts.actors.get("alice")?.index).toBe(0);
    expect(facts.traffic.get("alice")).toEqual({ shape: "steady", rate: 2 });
    expect(foldFacts(facts, { ...traffic, status: "ended" }).traffic.size).toBe(0);
  });

  it("answers the same object when nothing changed", () => {
    expect(foldFacts(NO_FACTS, { ...base, type: "key", event: "hset", key: "k" })).toBe(NO_FACTS);
  });
});
