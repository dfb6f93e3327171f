/** Steps, and what stands at the gate, in words. */
import { readChoice } from "@/lib/choices";
import type { GateView } from "@/lib/contract";
import { numberText } from "../run/format";
import type { BoardStep } from "./board";

export function choiceText(choice: string): string {
  const read = readChoice(choice);
  switch (read.kind) {
    case "command":
      return read.actor;
    case "tick":
      return "time passes";
    case "crash":
      return `${read.actor} crashes`;
    case "restart":
      return `node ${read.node} restarts, empty`;
  }
}

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
export function stepText(step: BoardStep): string {
  const came = step.results.map((result) => ` ${result.actor}: ${result.text}.`).join("");
  return `${didText(step)}${came}${step.breaks ? " This breaks it." : ""}`;
}

function didText({ choice, commands, changes, passedUs }: BoardStep): string {
  const read = readChoice(choice);
  switch (read.kind) {
    case "command": {
      const sent = commands.map(({ text, reply }) => `${text} → ${reply}`).join(", ");
      return `${read.actor} sent ${sent || "nothing"}.`;
    }
    case "tick":
      return `Time passed, ${passedText(passedUs)}${changes.size > 0 ? `: ${changesText(changes).join(", ")}` : ""}.`;
    case "crash":
      return `${read.actor} crashed.`;
    case "restart":
      return `Node ${read.node} crashed and came back, empty.`;
  }
}

/** "bucket:alice tokens 1"; without the key's name where only one key is about. */
export function changesText(changes: ReadonlyMap<string, string>, onlyKey: string | null = null): string[] {
  return [...changes].map(([key, what]) => (key === onlyKey ? what : `${key} ${what}`));
}
