/**
 * Choices of who goes next, as schedules, traces and addresses write them: `A` is actor A's next command, `tick` time that
 * passes, `crash:A` A's death, `restart:3` node 3's, which is back at once and empty.
 */

export const TICK = "tick";
const CRASH = "crash:";
const RESTART = "restart:";

/** What may be one. */
export const CHOICE = /^(?:(?:crash:)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}|restart:[1-9])$/;

export type Choice =
  | { kind: "command" | "crash"; actor: string }
  | { kind: "restart"; node: number }
  | { kind: "tick" };

export const crashOf = (actor: string): string => CRASH + actor;

export const restartOf = (node: number): string => RESTART + node;

export function readChoice(choice: string): Choice {
  if (choice === TICK) return { kind: "tick" };
  if (choice.startsWith(CRASH)) return { kind: "crash", actor: choice.slice(CRASH.length) };
  if (choice.startsWith(RESTART)) return { kind: "restart", node: Number(choice.slice(RESTART.length)) };
  return { kind: "command", actor: choice };
}
