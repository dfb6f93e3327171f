/** Orders of steps as the address writes them (`A~B~tick~crash:A`) and as people read them. */
import { CHOICE, readChoice } from "@/lib/choices";
import type { WireValue } from "@/lib/events";

/** The learner's own race: per actor, the actions that it does one after the other. */
export type OwnActors = Record<string, OwnAction[]>;
export interface OwnAction {
  action: string;
  body: Record<string, WireValue>;
}

/** Longer than any race can be, and short enough for an address. */
const MOST_STEPS = 400;
const MOST_CHARACTERS = 6000;
const OWN_ACTORS = { least: 2, most: 6, actions: 8 };

/** Null when it is no order: too long, or a step that nobody could have taken. Empty: nobody has gone yet. */
export function parseOrder(text: string | null): string[] | null {
  if (text === null || text.length > MOST_CHARACTERS) return null;
  if (text === "") return [];
  const steps = text.split("~");
  return steps.length <= MOST_STEPS && steps.every((step) => CHOICE.test(step)) ? steps : null;
}

/** For the query of an address, where `~` and `:` may stand as they are. */
export const formatOrder = (order: readonly string[]): string => order.join("~");

/** "A B time passes crash A". */
export const orderText = (order: readonly string[]): string => order.map(wordOf).join(" ");

function wordOf(step: string): string {
  const choice = readChoice(step);
  switch (choice.kind) {
    case "command":
      return choice.actor;
    case "tick":
      return "time passes";
    case "crash":
      return `crash ${choice.actor}`;
    case "restart":
      return `restart node ${choice.node}`;
  }
}

/** What an address says of an own race; null when it is none. The server checks actions and bodies. */
export function parseOwnActors(text: string | null): OwnActors | null {
  if (text === null || text.length > MOST_CHARACTERS) return null;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
  const actors = Object.entries(given);
  const { least, most, actions } = OWN_ACTORS;
  const fits = actors.length >= least && actors.length <= most;
  if (!fits || !actors.every(([id, list]) => CHOICE.test(id) && isActions(list, actions))) return null;
  return given as OwnActors;
}

function isActions(list: unknown, most: number): list is OwnAction[] {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.length <= most &&
    list.every(
      (item) =>
        typeof item === "object" &&
        item !== null &&
        typeof item.action === "string" &&
        typeof item.body === "object" &&
        item.body !== null,
    )
  );
}
