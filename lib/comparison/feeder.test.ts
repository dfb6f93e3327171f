import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Feeder } from "./feeder";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A feeder that notes what it sends and when, ms after its start. */
function feederOf(atMs: number[], sending: (n: number) => void = () => undefined) {
  const sent: [n: number, ms: number][] = [];
  const startedAt = performance.now();
  const feeder = new Feeder(Float64Array.from(atMs), (n) => {
    sent.push([n, performance.now() - startedAt]);
    sending(n);
  });
  return { feeder, sent, numbers: () => sent.map(([n]) => n) };
}

describe("a feeder", () => {
  it("sends every arrival once, in order, none before it is due", async () => {
    const atMs = Array.from({ length: 200 }, (_, n) => n * 3.7);
    const { feeder, sent, numbers } = feederOf(atMs);
    feeder.start();
    await vi.runAllTimersAsync();
    expect(numbers()).toEqual(atMs.map((_, n) => n));
    for (const [n, ms] of sent) expect(ms).toBeGreaterThanOrEqual(atMs[n] ?? Number.POSITIVE_INFINITY);
    expect(feeder.sent).toBe(200);
  });

  it("sends what is due at the start at once, and what comes after a long silence too", async () => {
    const { feeder, numbers } = feederOf([0, 0, 5000]);
    feeder.start();
    expect(numbers()).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(4999);
    expect(feeder.sent).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(numbers()).toEqual([0, 1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("catches up after it was held up: nothing is left out", async () => {
    const { feeder, numbers } = feederOf([0, 10, 20, 30]);
    feeder.start();
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 25);
    await vi.advanceTimersToNextTimerAsync();
    expect(numbers()).toEqual([0, 1, 2]);
  });

  it("sends a long burst in slices, so that others get their turn in between", async () => {
    // Each send takes 3 ms.
    const { feeder, numbers } = feederOf(
      Array.from({ length: 7 }, () => 0),
      () => vi.advanceTimersByTime(3),
    );
    const others: number[] = [];
    feeder.start();
    setImmediate(() => others.push(feeder.sent));
    expect(numbers()).toEqual([0, 1, 2]);
    await vi.runAllTimersAsync();
    expect(numbers()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(others).toHaveLength(1);
    expect(others[0]).toBeLessThan(7);
  });

  it("sends nothing more once it is stopped, not even the rest of a burst, and leaves no timer", async () => {
    const { feeder, numbers } = feederOf([0, 0, 0, 10], (n) => {
      if (n === 1) feeder.stop();
    });
    feeder.start();
    await vi.runAllTimersAsync();
    expect(numbers()).toEqual([0, 1]);

    const waiting = feederOf([100]);
    waiting.feeder.start();
    waiting.feeder.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(waiting.feeder.sent).toBe(0);
  });

  it("that is stopped before its start sends nothing", () => {
    const { feeder } = feederOf([0]);
    feeder.stop();
    feeder.start();
    expect(feeder.sent).toBe(0);
  });

  it("tells how long the schedule runs: 0 before its start", async () => {
    const { feeder } = feederOf([0, 300]);
    await vi.advanceTimersByTimeAsync(50);
    expect(feeder.elapsedMs).toBe(0);
    feeder.start();
    await vi.advanceTimersByTimeAsync(120);
    expect(feeder.elapsedMs).toBe(120);
  });

  it("of an empty schedule has nothing to do", () => {
    const { feeder } = feederOf([]);
    feeder.start();
    expect(feeder.sent).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
