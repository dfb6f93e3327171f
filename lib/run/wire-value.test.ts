import { describe, expect, it } from "vitest";
import { toWireText, toWireValue } from "./wire-value";

describe("what the trace keeps of a value", () => {
  it("keeps scalars, null and nesting as they are", () => {
    expect(toWireValue(["OK", 1, null, true, { a: ["b"] }])).toEqual(["OK", 1, null, true, { a: ["b"] }]);
  });

  it("reads buffers as text and turns errors inside arrays into their message", () => {
    expect(toWireValue([Buffer.from("x"), new Error("WRONGTYPE")])).toEqual(["x", { error: "WRONGTYPE" }]);
  });

  it("cuts a long string and says how long it was", () => {
    expect(toWireText("a".repeat(2000))).toMatch(/^a{512}… \(2000 characters\)$/);
  });

  it("cuts a long list and says how long it was", () => {
    const kept = toWireValue(Array.from({ length: 500 }, (_, i) => i)) as unknown[];
    expect(kept).toHaveLength(101);
    expect(kept.at(-1)).toBe("… (500 items)");
  });

  it("never yields what JSON cannot hold", () => {
    expect(toWireValue([Number.NaN, Number.POSITIVE_INFINITY, 10n, undefined])).toEqual([
      "NaN",
      "Infinity",
      "10",
      null,
    ]);
  });
});
