import { describe, expect, it } from "vitest";
import { actorHue, actorShape, shapePath } from "./actors";

describe("actors", () => {
  it("gives 42 actors 42 pairs of hue and shape", () => {
    const pairs = Array.from({ length: 42 }, (_, i) => `${actorHue(i)} ${actorShape(i)}`);
    expect(new Set(pairs).size).toBe(42);
  });

  it("draws every shape closed and in numbers", () => {
    for (let i = 0; i < 6; i++) expect(shapePath(actorShape(i), 5)).toMatch(/^M[-\d .aHhVvLA]+z$/);
  });
});
