import { describe, expect, it } from "vitest";
import { decodeOrder, encodeOrder } from "./alphabet";

describe("packed orders", () => {
  const alphabet = ["A", "B", "tick", "crash:A"];

  it("come back as they were packed", () => {
    const order = ["A", "B", "tick", "crash:A", "B"];
    expect(encodeOrder(order, alphabet)).toBe("01231");
    expect(decodeOrder("01231", alphabet)).toEqual(order);
  });

  it("may have more than ten kinds of steps", () => {
    const many = Array.from({ length: 13 }, (_, i) => `a${i}`);
    expect(decodeOrder("0c", many)).toEqual(["a0", "a12"]);
    expect(encodeOrder(["a12"], many)).toBe("c");
  });

  it("are null when a step is unknown", () => {
    expect(encodeOrder(["A", "C"], alphabet)).toBeNull();
  });
});
