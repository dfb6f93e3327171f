import { describe, expect, it } from "vitest";
import { DotLayout } from "./dot-layout";

function laid(levels: number, ...marks: [x: number, isAbove: boolean][]) {
  const layout = new DotLayout(marks.length, 10, levels);
  for (const [x, isAbove] of marks) layout.add(x, isAbove);
  return { layout, at: marks.map((_, n) => [layout.xs[n], layout.levels[n]]) };
}

describe("where the mark of a request goes", () => {
  it("is at its own moment, above the line when it was admitted and below when not", () => {
    expect(laid(3, [0, true], [25, false]).at).toEqual([
      [0, 1],
      [25, -1],
    ]);
  });

  it("piles up what comes at one moment, the two sides apart", () => {
    expect(laid(3, [50, true], [50, true], [50, false], [50, true]).at).toEqual([
      [50, 1],
      [50, 2],
      [50, -1],
      [50, 3],
    ]);
  });

  it("goes on beside a pile that is as high as the lane", () => {
    expect(laid(2, [50, true], [50, true], [50, true], [50, true], [50, true]).at).toEqual([
      [50, 1],
      [50, 2],
      [60, 1],
      [60, 2],
      [70, 1],
    ]);
  });

  it("never lets two marks overlap", () => {
    const { layout } = laid(3, ...Array.from({ length: 60 }, (_, n): [number, boolean] => [n * 3.7, n % 3 > 0]));
    for (let a = 0; a < layout.count; a++)
      for (let b = 0; b < a; b++)
        if (layout.levels[a] === layout.levels[b])
          expect(Math.abs((layout.xs[a] ?? 0) - (layout.xs[b] ?? 0))).toBeGreaterThanOrEqual(10 - 1e-6);
  });

  it("says when marks would stand too far from their moments", () => {
    const burst = (count: number) => Array.from({ length: count }, (): [number, boolean] => [0, true]);
    expect(laid(2, ...burst(10)).layout.fits).toBe(true);
    expect(laid(2, ...burst(11)).layout.fits).toBe(false);
  });
});
