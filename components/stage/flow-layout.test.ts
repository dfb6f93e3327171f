import { describe, expect, it } from "vitest";
import type { FlowDot, FlowLane } from "@/lib/contract";
import { Slots, slotGrid, spots } from "./flow-layout";

const dot = (id: number, at: FlowDot["at"] = "cache"): FlowDot => ({ id, at, mark: "hit" });
const lane = (...dots: FlowDot[]): FlowLane => ({ actor: "app", dots });
const FIELD = {
  cache: { x: 10, width: 300 },
  database: { x: 400, width: 300 },
  rowPx: 12,
  pitchPx: 11,
};
const slotsOf = (slots: Slots, ...lanes: FlowLane[]) =>
  Object.fromEntries([...slots.settle(lanes)].map(([id, { at, slot }]) => [id, `${at} ${slot}`]));

describe("the dots of a flow", () => {
  it("keep their slots while others go, and who comes takes the first that is free", () => {
    const slots = new Slots();
    expect(slotsOf(slots, lane(dot(1), dot(2), dot(3)))).toEqual({ 1: "cache 0", 2: "cache 1", 3: "cache 2" });
    expect(slotsOf(slots, lane(dot(2), dot(3), dot(4)))).toEqual({ 2: "cache 1", 3: "cache 2", 4: "cache 0" });
  });

  it("leave their slot when they go on to the database, or to another lane", () => {
    const slots = new Slots();
    slots.settle([lane(dot(1), dot(2)), lane(dot(3))]);
    expect(slotsOf(slots, lane(dot(2), dot(1, "database")), lane(dot(3)))).toEqual({
      1: "database 0",
      2: "cache 1",
      3: "cache 0",
    });
    expect(slots.settle([lane(dot(2)), lane(dot(1))]).get(1)).toEqual({ lane: 1, at: "cache", slot: 0 });
  });

  it("stand at their pitch where there is room, and closer where there is not, but never outside their field", () => {
    expect(slotGrid(25, 300, 12, 11)).toEqual({ pitch: 11, rows: 1 });
    for (const [count, width, rowPx] of [
      [30, 300, 11],
      [500, 300, 230],
      [600, 120, 34],
      [50, 80, 6],
      [600, 100, 3],
    ] as const) {
      const { pitch, rows } = slotGrid(count, width, rowPx, 11);
      expect(rows * Math.floor(width / pitch + 1e-9)).toBeGreaterThanOrEqual(count);
      expect(rows * pitch).toBeLessThanOrEqual(Math.max(rowPx, pitch));
    }
  });

  it("of a herd of 500 on 20 lanes have 500 spots of their own, all in the same place", () => {
    const lanes = Array.from({ length: 20 }, (_, l) =>
      lane(...Array.from({ length: 25 }, (_, i) => dot(l * 25 + i, "database"))),
    );
    const { spots: found, pitch } = spots(new Slots().settle(lanes), FIELD);
    const places = [...found.values()];
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(500);
    expect(pitch).toBe(11);
    for (const { x, y } of places) {
      expect(x).toBeGreaterThan(400);
      expect(x).toBeLessThan(700);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(240);
    }
  });

  it("settle 600 of them in far less than a frame", () => {
    const slots = new Slots();
    const lanes = Array.from({ length: 20 }, (_, l) => lane(...Array.from({ length: 30 }, (_, i) => dot(l * 30 + i))));
    const startedAt = performance.now();
    for (let i = 0; i < 60; i++) spots(slots.settle(lanes), FIELD);
    expect((performance.now() - startedAt) / 60).toBeLessThan(16);
  });
});
