/** What the commands and queries of the variants mean to the books. */
import type { EventOf } from "../../events";

/** A command on its way whose reply tells something of a user's cached value. */
export interface Sent {
  id: number;
  actor: string;
  action: number | null;
  tells: "value" | "store" | "delete";
  /** The value that is stored. */
  text: string;
  ttlMs: number;
  /** Where a script compares versions. */
  version: number | null;
  /** How long the version is remembered under a key of its own; 0 when it is not. */
  versionTtlMs: number;
}

export interface SentQuery {
  id: number;
  actor: string;
  action: number;
  /** The new name; null when the query only reads. */
  username: string | null;
}

const KEY = /^user:(\d+)$/;

export function readCommand({ name, args, script, actor, action }: EventOf<"command">): Sent | null {
  // A script's arguments: its file, how many keys, the keys, the rest.
  const keyCount = script === undefined ? 0 : Number(args[1]);
  const [key, ...rest] = script === undefined ? args : [args[2], ...args.slice(2 + keyCount)];
  const [, id] = KEY.exec(key ?? "") ?? [];
  if (id === undefined) return null;
  const sent: Sent = {
    id: Number(id),
    actor,
    action,
    tells: "value",
    text: "",
    ttlMs: 0,
    version: null,
    versionTtlMs: 0,
  };
  const [first = "", second = "", third = "", fourth = ""] = rest;
  if (script?.startsWith("store"))
    return {
      ...sent,
      tells: "store",
      text: first,
      version: Number(second),
      ttlMs: Number(third),
      versionTtlMs: Number(fourth),
    };
  if (script?.startsWith("forget"))
    return { ...sent, tells: "delete", version: Number(first), versionTtlMs: Number(second) };
  if (script !== undefined) return null;
  switch (name) {
    case "GET":
      return sent;
    case "DEL":
      return { ...sent, tells: "delete" };
    case "SETEX":
      return { ...sent, tells: "store", text: second, ttlMs: Number(first) * 1000 };
    default:
      return null;
  }
}

export function readQuery({ sql, values, actor, action }: EventOf<"query">): SentQuery | null {
  if (action === null) return null;
  const [first, second] = values;
  if (sql.startsWith("UPDATE users") && typeof second === "number")
    return { id: second, actor, action, username: String(first) };
  if (sql.startsWith("SELECT") && typeof first === "number") return { id: first, actor, action, username: null };
  return null;
}
