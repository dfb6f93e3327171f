import { describe, expect, it } from "vitest";
import { Tally } from "./tally";

const read = (n: number, acknowledged: number, fromMs: number, hit = true) => ({
  row: 1,
  n,
  hit,
  acknowledged,
  fromMs,
  toMs: fromMs + 2,
});

describe("a strategy's tally", () => {
  it("calls a read stale by what was acknowledged when it began, since the write that it does not show", () => {
    const tally = new Tally(500);
    tally.wrote(1, 80, 100);
    tally.wrote(1, 180, 200);
    tally.read(read(2, 2, 300));
    tally.read(read(1, 1, 150));
    expect(tally).toMatchObject({ reads: 2, staleReads: 0, stalestMs: 0 });
    tally.read(read(1, 2, 350));
    expect(tally).toMatchObject({ staleReads: 1, stalestMs: 150 });
    tally.read(read(0, 2, 700));
    expect(tally).toMatchObject({ staleReads: 2, stalestMs: 600 });
    expect(tally.history().map(({ staleReads, stalestMs }) => [staleReads, stalestMs])).toEqual([
      [1, 150],
      [1, 600],
    ]);
  });

  it("does not call a read stale that shows more than was acknowledged", () => {
    const tally = new Tally(500);
    tally.read(read(3, 0, 10));
    expect(tally.staleReads).toBe(0);
  });

  it("counts what was lost by row: what was acknowledged and is not stored, never less than none", () => {
    const tally = new Tally(500);
    for (let i = 0; i < 5; i++) tally.wrote(1, i, i + 1);
    tally.wrote(2, 0, 1);
    expect(tally.lost(new Map([[1, 3]]))).toBe(3);
    expect(
      tally.lost(
        new Map([
          [1, 6],
          [2, 1],
        ]),
      ),
    ).toBe(0);
  });

  it("takes a failed write for unknown, and a failed read for nothing", () => {
    const tally = new Tally(500);
    tally.failedAt(10, true);
    tally.failedAt(600, false);
    expect(tally).toMatchObject({ failed: 2, unknown: 1, reads: 0, writes: 0 });
    expect(tally.history().map(({ failed }) => failed)).toEqual([1, 1]);
  });

  it("has buckets to its end, empty ones too", () => {
    const tally = new Tally(500);
    tally.failedAt(100, false);
    tally.cover(2000);
    expect(tally.history().map(({ failed }) => failed)).toEqual([1, 0, 0, 0]);
  });

  it("tells queries by the bucket in which they were seen, and latencies by nearest rank", () => {
    const tally = new Tally(500);
    tally.queriesUpTo(4, 100);
    tally.queriesUpTo(9, 600);
    for (const ms of [1, 2, 3, 50]) tally.wrote(1, 0, ms);
    expect(tally.history().map(({ queries, writeMs }) => [queries, writeMs])).toEqual([
      [4, 2],
      [5, null],
    ]);
    expect(tally.latencies()).toEqual({ readMs: null, writeMs: { p50: 2, p99: 50, samples: 4 } });
    expect(tally.queries).toBe(9);
  });
});
