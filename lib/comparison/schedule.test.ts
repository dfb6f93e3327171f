import { describe, expect, it } from "vitest";
import { type Arrivals, TRAFFIC_SHAPES } from "../contract";
import { clientNames, MAX_CLIENTS, scheduleOf } from "./schedule";

const arrivals = (over: Partial<Arrivals> = {}): Arrivals => ({
  shape: "poisson",
  rate: 50,
  seconds: 4,
  clients: 4,
  cost: 1,
  ...over,
});

describe("a schedule", () => {
  it.each(TRAFFIC_SHAPES)("of shape %s is the same again from the same seed, times and clients", (shape) => {
    expect(scheduleOf(arrivals({ shape }), 7)).toEqual(scheduleOf(arrivals({ shape }), 7));
  });

  it("differs from seed to seed, in its times and in whose turn it is", () => {
    const [one, two] = [scheduleOf(arrivals(), 7), scheduleOf(arrivals(), 8)];
    expect(one.atMs).not.toEqual(two.atMs);
    expect(one.clients).not.toEqual(two.clients);
  });

  it.each(TRAFFIC_SHAPES)("of shape %s has a client for every arrival, ascending, to the microsecond", (shape) => {
    const { atMs, clients, names } = scheduleOf(arrivals({ shape }), 7);
    const times = [...atMs];
    expect(clients).toHaveLength(times.length);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times).toEqual(times.map((ms) => Number(ms.toFixed(3))));
    // 200 arrivals: nobody of four is left out.
    expect(new Set(clients)).toEqual(new Set([0, 1, 2, 3]));
    expect(names).toEqual(["alice", "bob", "carol", "dave"]);
  });

  it.each([
    ["steady", 200],
    ["burst", 200],
    ["spike", 200],
    ["hammer", 200],
  ] as const)("of shape %s has rate × seconds arrivals", (shape, count) => {
    expect(scheduleOf(arrivals({ shape }), 7).atMs).toHaveLength(count);
  });

  it("of shape poisson has about rate × seconds arrivals over many seeds", () => {
    const counts = Array.from({ length: 50 }, (_, seed) => scheduleOf(arrivals(), seed).atMs.length);
    const mean = counts.reduce((sum, count) => sum + count) / counts.length;
    // Standard deviation of the mean: √200 / √50 = 2.
    expect(Math.abs(mean - 200)).toBeLessThan(10);
  });

  it("of a client that hammers gives all three requests of an instant to that client", () => {
    const { atMs, clients } = scheduleOf(arrivals({ shape: "hammer", clients: 8 }), 7);
    const byInstant = new Map<number, number[]>();
    for (const [n, ms] of atMs.entries()) byInstant.set(ms, [...(byInstant.get(ms) ?? []), clients[n] ?? -1]);
    const together = [...byInstant.values()];
    expect(together.filter(({ length }) => length === 3)).toHaveLength(66);
    for (const turns of together) expect(new Set(turns).size).toBe(1);
    expect(new Set(clients).size).toBeGreaterThan(1);
  });

  it("of a burst lets each request of an instant be anybody's", () => {
    const { atMs, clients } = scheduleOf(arrivals({ shape: "burst", seconds: 1 }), 7);
    expect(new Set(atMs)).toEqual(new Set([0]));
    expect(new Set(clients).size).toBe(4);
  });

  it("asks the same at the same instants whatever it costs", () => {
    expect(scheduleOf(arrivals({ cost: 5 }), 7)).toEqual(scheduleOf(arrivals(), 7));
  });

  it("has as many different clients as there may be", () => {
    expect(new Set(clientNames(MAX_CLIENTS)).size).toBe(MAX_CLIENTS);
    expect(clientNames(1)).toEqual(["alice"]);
  });
});
