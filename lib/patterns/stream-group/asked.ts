/** What a command or query asks of the stream or its tables, as far as the books care. Browser-safe. */
import type { EventOf } from "../../events";

export type Asked =
  | { what: "add"; type: string; payload: string; by: string; maxLen: number | null }
  | { what: "trim" }
  | { what: "create" | "setback"; group: string; from: string }
  | { what: "read"; group: string; consumer: string; isNew: boolean; fromStart: boolean }
  | { what: "claim"; group: string; consumer: string }
  | { what: "ack"; group: string; ids: string[] }
  | { what: "bury"; group: string }
  | { what: "effect"; group: string; id: string };

const EFFECT = /\bINTO effects\b/;

export function askedOf(event: EventOf<"command"> | EventOf<"query">): Asked | null {
  if (event.type === "query") {
    const [group, id] = event.values;
    return EFFECT.test(event.sql) ? { what: "effect", group: String(group), id: String(id) } : null;
  }
  const { name, args, script, actor } = event;
  if (script?.startsWith("bury-")) return { what: "bury", group: args[4] ?? "" };
  if (script?.startsWith("trim-")) return { what: "trim" };
  switch (name) {
    case "XADD": {
      const at = args.indexOf("*");
      const maxLen = args[1] === "MAXLEN" ? Number(args[2]) : null;
      return { what: "add", type: args[at + 2] ?? "", payload: args[at + 4] ?? "", by: actor, maxLen };
    }
    case "XGROUP": {
      const [how, , group = "", from = ""] = args;
      return how === "CREATE" || how === "SETID"
        ? { what: how === "CREATE" ? "create" : "setback", group, from }
        : null;
    }
    case "XREADGROUP":
      return {
        what: "read",
        group: args[1] ?? "",
        consumer: args[2] ?? "",
        isNew: args.at(-1) === ">",
        fromStart: args.at(-1) === "0",
      };
    case "XAUTOCLAIM":
      return { what: "claim", group: args[1] ?? "", consumer: args[2] ?? "" };
    case "XACK":
      return { what: "ack", group: args[1] ?? "", ids: args.slice(2) };
    default:
      return null;
  }
}
