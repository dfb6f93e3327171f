import { describe, expect, it } from "vitest";
import { makeRoom, trim } from "./bounded";

describe("a bounded record", () => {
  it.each([1, 2, 3, 7, 128, 256])(
    "stays small when entries come every %i events, and keeps the latest",
    (step) => {
      const record: Record<string, number> = {};
      let most = 0;
      for (let seq = 1; seq <= 20_000 * step; seq += step) {
        makeRoom(record, seq, 500);
        record[seq] = seq;
        most = Math.max(most, Object.keys(record).length);
      }
      expect(most).toBeLessThan(1000);
      expect(Object.values(record).slice(-500)).toEqual(Array.from({ length: 500 }, (_, i) => 1 + (19_500 + i) * step));
    },
    30_000,
  );

  it("forgets what came first", () => {
    const record = { a: 1, b: 2, c: 3 };
    trim(record, 2);
    expect(record).toEqual({ b: 2, c: 3 });
  });
});
