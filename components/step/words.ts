/** Steps, and what stands at the gate, in words. */
import type { GateView } from "@/lib/contract";
import { numberText } from "../run/format";
import type { BoardStep } from "./board";
import { restartedBy, TICK, victimOf } from "./order-text";

export function choiceText(choice: string): string {
  const victim = victimOf(choice);
  const node = restartedBy(choice);
  if (victim !== null) return `${victim} crashes`;
  if (node !== null) return restartText(node);
  return choice === TICK ? "time passes" : choice;
}

const restartText = (node: number): string => `node ${node} restarts, empty`;

/** Where an actor stands, as the rest of a sentence that begins with its name. */
export function standText({ status, dueUs }: GateView, nowUs: number): string {
  switch (status) {
    case "waiting":
      return "stands at the gate";
    case "asleep":
      return dueUs === null ? "sleeps" : `sleeps for ${numberText(Math.max(0, dueUs - nowUs) / 1000, 0)} ms more`;
    case "blocked":
      return "would wait for another’s command";
    case "done":
      return "is done";
    case "crashed":
      return "has crashed";
  }
}

/** "+1,001 ms". */
export const passedText = (us: number): string => `+${numberText(us / 1000, 0)} ms`;

/** What a step has done, in a sentence or two: "A sent GET n → "0"." */
export function stepText({ choice, kind, actor, commands, changes, results, passedUs, breaks }: BoardStep): string {
  const sent = commands.map(({ text, reply }) => `${text} → ${reply}`).join(", ");
  const did =
    kind === "tick"
      ? `Time passed, ${passedText(passedUs)}${changes.size > 0 ? `: ${changesText(changes).join(", ")}` : ""}.`
      : kind === "crash"
        ? `${actor} crashed.`
        : kind === "restart"
          ? `Node ${restartedBy(choice)} crashed and came back, empty.`
          : `${actor} sent ${sent || "nothing"}.`;
  const came = results.map((result) => ` ${result.actor}: ${result.text}.`).join("");
  return `${did}${came}${breaks ? " This breaks it." : ""}`;
}

/** "bucket:alice tokens 1"; without the key's name where only one key is about. */
export function changesText(changes: ReadonlyMap<string, string>, onlyKey: string | null = null): string[] {
  return [...changes].map(([key, what]) => (key === onlyKey ? what : `${key} ${what}`));
}
