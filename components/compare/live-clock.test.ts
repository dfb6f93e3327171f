import { expect, it } from "vitest";
import { LiveClock } from "./live-clock";

it("stands at 0 until it has heard something", () => {
  expect(new LiveClock().elapsedMs(123_456)).toBe(0);
});

it("goes on by itself between what it hears", () => {
  const clock = new LiveClock();
  clock.hear(500, 10_000);
  expect([clock.elapsedMs(10_000), clock.elapsedMs(10_250)]).toEqual([500, 750]);
});

it("never goes back when a word comes late", () => {
  const clock = new LiveClock();
  clock.hear(500, 10_000);
  expect(clock.elapsedMs(10_400)).toBe(900);
  clock.hear(600, 10_400);
  expect(clock.elapsedMs(10_400)).toBe(900);
  expect(clock.elapsedMs(10_800)).toBe(1000);
});

it("is over when it is told so, and stays so", () => {
  const clock = new LiveClock();
  clock.hear(500, 10_000);
  clock.hear(-1, 10_100);
  clock.hear(700, 10_200);
  expect([clock.isOver, clock.elapsedMs(10_300)]).toEqual([true, null]);
});
