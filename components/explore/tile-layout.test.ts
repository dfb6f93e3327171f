import { describe, expect, it } from "vitest";
import { tileAt, tileLayout, tileUnder } from "./tile-layout";

describe("the grid of orders", () => {
  it("keeps every tile within its width, whatever their number", () => {
    for (const width of [0, 40, 292, 472])
      for (const count of [0, 1, 90, 400, 1680, 10_000]) {
        const layout = tileLayout(count, width);
        const last = tileAt(Math.max(0, count - 1), layout);
        if (width >= layout.sizePx)
          for (let i = 0; i < Math.min(count, layout.columns); i++)
            expect(tileAt(i, layout).x + layout.sizePx).toBeLessThanOrEqual(width);
        if (count) expect(last.y + layout.sizePx).toBe(layout.heightPx);
      }
  });

  it("finds under a point the tile that is drawn there", () => {
    const layout = tileLayout(90, 292);
    for (let i = 0; i < 90; i++) {
      const { x, y } = tileAt(i, layout);
      expect(tileUnder(x + 1, y + 1, 90, layout)).toBe(i);
      expect(tileUnder(x + layout.sizePx - 1, y + layout.sizePx - 1, 90, layout)).toBe(i);
    }
    expect(tileUnder(-1, 3, 90, layout)).toBeNull();
    expect(tileUnder(291.9, 3, 90, layout)).toBeNull();
    expect(tileUnder(1, layout.heightPx + 20, 90, layout)).toBeNull();
  });

  it("makes tiles smaller only at a few numbers, so that a growing grid seldom jumps", () => {
    const sizes = new Set(Array.from({ length: 10_000 }, (_, n) => tileLayout(n, 300).sizePx));
    expect(sizes.size).toBeLessThanOrEqual(4);
  });
});
