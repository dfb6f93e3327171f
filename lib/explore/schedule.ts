/**
 * Schedules: who goes next, step by step. `A` is actor A's next command, `tick` time that passes, `crash:A` A's death,
 * `restart:3` node 3's, which is back at once and empty.
 */
import type { Schedule } from "../contract";

/** Bounds of an exploration: orders, and steps of one order. */
export const MAX_SCHEDULES = 10_000;
export const MAX_STEPS = 20;

export const TICK = "tick";
const CRASH = "crash:";

export const crashOf = (actor: string): string => CRASH + actor;

const RESTART = "restart:";

export const restartOf = (node: number): string => RESTART + node;

/** The node that a choice restarts; null when it restarts none. */
export const restartedBy = (choice: string): number | null =>
  choice.startsWith(RESTART) ? Number(choice.slice(RESTART.length)) : null;

/** The actor that a choice kills; null when it kills nobody. */
export const victimOf = (choice: string): string | null =>
  choice.startsWith(CRASH) ? choice.slice(CRASH.length) : null;

/** How often the turn goes from one to another. */
export function switchesIn(schedule: Schedule): number {
  return schedule.filter((choice, i) => i > 0 && choice !== schedule[i - 1]).length;
}

/** Fewest switches first, then fewest steps: which of two schedules is the shorter story. */
export function isShorter(a: Schedule, b: Schedule): boolean {
  const [switchesA, switchesB] = [switchesIn(a), switchesIn(b)];
  return switchesA === switchesB ? a.length < b.length : switchesA < switchesB;
}
