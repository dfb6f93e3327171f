/** Schedules: who goes next, choice by choice (`lib/choices.ts`). */
import type { Schedule } from "../contract";

/** Bounds of an exploration: orders, and steps of one order. */
export const MAX_SCHEDULES = 10_000;
export const MAX_STEPS = 20;

/** How often the turn goes from one to another. */
export function switchesIn(schedule: Schedule): number {
  return schedule.filter((choice, i) => i > 0 && choice !== schedule[i - 1]).length;
}

/** Fewest switches first, then fewest steps: which of two schedules is the shorter story. */
export function isShorter(a: Schedule, b: Schedule): boolean {
  const [switchesA, switchesB] = [switchesIn(a), switchesIn(b)];
  return switchesA === switchesB ? a.length < b.length : switchesA < switchesB;
}
