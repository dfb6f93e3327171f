/** What the commands and queries of a read mean, whichever variant sent them: the one reading for verdict, meters and picture. */
import type { EventOf, WireValue } from "../../events";
import { KEY_PREFIX } from "./read";

/** Whose time it is to load a key, and the scripts that say so. */
const LEASE_SCRIPT = "lease-safe-2.lua";
const FILL_SCRIPT = "fill-safe-2.lua";

export type Step =
  /** Somebody looks whether the key is there: a read begins. */
  | { kind: "look"; key: string }
  /** Somebody asks to load it, and would have it for so long. */
  | { kind: "lease"; key: string; leaseMs: number }
  /** Somebody stores what was loaded. */
  | { kind: "fill"; key: string; ttlMs: number };

/** @returns null for what is no step of a read */
export function stepOf({ name, script, args }: EventOf<"command">): Step | null {
  if (script !== undefined) {
    const [, , key = "", , , third = "", ttlMs = ""] = args;
    if (script === LEASE_SCRIPT) return { kind: "lease", key, leaseMs: Number(third) };
    return script === FILL_SCRIPT ? { kind: "fill", key, ttlMs: Number(ttlMs) } : null;
  }
  const [key = "", ttlMs = ""] = args;
  if (!key.startsWith(KEY_PREFIX)) return null;
  if (name === "GET") return { kind: "look", key };
  return name === "PSETEX" ? { kind: "fill", key, ttlMs: Number(ttlMs) } : null;
}

/** A script that Redis did not know yet: it is sent once more. */
export const isSentAgain = ({ error }: EventOf<"reply">): boolean => error?.startsWith("NOSCRIPT") ?? false;

/** A fill that went in: not refused, not too late. */
export const isStored = ({ value, error }: EventOf<"reply">): boolean =>
  error === undefined && (value === "OK" || value === 1);

/** @returns what somebody who asked for the lease was told: "granted", "wait", "entry", "failed" */
export function toldOf({ value }: EventOf<"reply">): string | null {
  return Array.isArray(value) && typeof value[0] === "string" ? value[0] : null;
}

/** @returns the key of the row that is loaded, or null when the query loads none */
export function loadedKey({ sql, values }: EventOf<"query">): string | null {
  return sql.startsWith("SELECT ") ? `${KEY_PREFIX}${String(values[0])}` : null;
}

/** @returns the id of the user who is changed, or null */
export function updatedId({ sql, values }: EventOf<"query">): number | null {
  return sql.startsWith("UPDATE ") ? Number(values[0]) : null;
}

/** A read's result, as far as it had one. */
export interface Answered {
  id: number;
  source: "cache" | "database";
  ms: number;
  /** Of the row; null when there is no such row. */
  version: number | null;
}

/** @returns null when it is no read, or one that failed */
export function answeredOf({ name, body, value }: EventOf<"result">): Answered | null {
  if (name !== "read" || !isRecord(value) || (value.source !== "cache" && value.source !== "database")) return null;
  const row = value.value;
  return {
    id: Number(body.id),
    source: value.source,
    ms: Number(value.ms),
    version: isRecord(row) ? Number(row.version) : null,
  };
}

const isRecord = (value: WireValue | undefined): value is { [key: string]: WireValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
