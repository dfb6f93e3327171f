/** Where copies of rows are, as the trace shows it: in each service's memory, in Redis, in PostgreSQL. JSON, bounded. */
import type { EventOf, RunEvent, WireValue } from "../../events";
import { isRecord } from "./books";

const MAX_ROWS = 100;
const MAX_PENDING = 500;
const KEY = /^user:(\d+)$/;

/** One copy of a row. */
export interface Copy {
  username: string;
  version: number;
  /** When it runs out, µs on the run's clock; null when that is not known. */
  untilUs: number | null;
}

/** What a command or query on its way will have done when it is answered. */
interface Pending {
  does: "get" | "set" | "del" | "read" | "fill" | "select" | "update";
  id: string;
  copy: Copy | null;
}

/** A fill that was answered: stored, or refused. */
export interface Fill {
  actor: string;
  id: string;
  copy: Copy;
  stored: boolean;
}

export interface Copies {
  /** By row: what Redis holds. */
  shared: Record<string, Copy>;
  /** By row: what the database holds, as far as anybody has seen it. */
  rows: Record<string, Copy>;
  /** By service, by row. */
  own: Record<string, Record<string, Copy>>;
  pending: Record<number, Pending>;
}

export const noCopies = (): Copies => ({ shared: {}, rows: {}, own: {}, pending: {} });

/** "user:7" → "7"; null for other keys. */
export const rowOf = (key: string): string | null => KEY.exec(key)?.[1] ?? null;

/** Follows one event. @returns the fill that it has answered, if it has */
export function follow(copies: Copies, event: RunEvent): Fill | null {
  switch (event.type) {
    case "command": {
      const pending = pendingOf(event);
      if (pending) remember(copies, event.seq, pending);
      return null;
    }
    case "query":
      remember(copies, event.seq, {
        does: event.sql.startsWith("UPDATE") ? "update" : "select",
        id: String(event.values.at(-1)),
        // Of an UPDATE: the new name, whose version is told with its answer.
        copy: { username: String(event.values[0]), version: 0, untilUs: null },
      });
      return null;
    case "reply":
      return event.error === undefined ? answered(copies, event) : forgotten(copies, event.ref);
    case "rows":
      queryAnswered(copies, event);
      return null;
    case "memory":
      copies.own[event.actor] = ownCopies(event.entries);
      return null;
    case "observation":
      for (const key of event.keys) observed(copies, key, event.atUs);
      for (const { table, rows } of event.tables ?? [])
        if (table === "users") for (const row of rows) rowSeen(copies, row);
      return null;
    case "key": {
      const id = rowOf(event.key);
      if (id && ["del", "expired", "evicted"].includes(event.event)) delete copies.shared[id];
      return null;
    }
    default:
      return null;
  }
}

function pendingOf({ name, args, script, atUs }: EventOf<"command">): Pending | null {
  const [key = "", ...rest] = script ? args.slice(2) : args;
  const id = rowOf(key);
  if (!id) return null;
  if (script?.startsWith("read-")) return { does: "read", id, copy: null };
  if (script?.startsWith("invalidate-") || name === "DEL") return { does: "del", id, copy: null };
  // lease, token, value, ttl
  if (script?.startsWith("fill-")) return { does: "fill", id, copy: copyOf(rest[2], atUs + Number(rest[3]) * 1000) };
  if (name === "PSETEX") return { does: "set", id, copy: copyOf(rest[1], atUs + Number(rest[0]) * 1000) };
  return name === "GET" ? { does: "get", id, copy: null } : null;
}

function remember({ pending }: Copies, seq: number, what: Pending): void {
  pending[seq] = what;
  const seqs = Object.keys(pending);
  if (seqs.length > MAX_PENDING) delete pending[Number(seqs[0])];
}

function forgotten({ pending }: Copies, ref: number): null {
  delete pending[ref];
  return null;
}

function answered(copies: Copies, { ref, actor, value }: EventOf<"reply">): Fill | null {
  const pending = copies.pending[ref];
  if (!pending) return null;
  delete copies.pending[ref];
  const { does, id, copy } = pending;
  if (does === "del") delete copies.shared[id];
  else if (does === "get" || does === "read")
    seen(copies, id, does === "read" && Array.isArray(value) ? value[0] : value);
  else if (copy) {
    const stored = does === "set" || value === 1;
    if (stored) put(copies.shared, id, copy);
    return { actor, id, copy, stored };
  }
  return null;
}

/** What a read found: its time to live is as it was known. */
function seen({ shared }: Copies, id: string, value: WireValue | undefined): void {
  const copy = copyOf(value, null);
  if (copy) put(shared, id, { ...copy, untilUs: shared[id]?.untilUs ?? null });
  else delete shared[id];
}

function queryAnswered({ pending, rows }: Copies, { ref, rows: found }: EventOf<"rows">): void {
  const query = pending[ref];
  delete pending[ref];
  const [row] = found ?? [];
  if (!query || !row || typeof row.version !== "number") return;
  const username = typeof row.username === "string" ? row.username : (query.copy?.username ?? "");
  if (row.version >= (rows[query.id]?.version ?? 0))
    put(rows, query.id, { username, version: row.version, untilUs: null });
}

function rowSeen({ rows }: Copies, row: Record<string, WireValue>): void {
  const copy = copyOf(row, null);
  const id = String(row.id);
  if (copy && copy.version >= (rows[id]?.version ?? 0)) put(rows, id, copy);
}

function observed(copies: Copies, { key, kind, ttlMs, value }: EventOf<"observation">["keys"][number], atUs: number) {
  const id = rowOf(key);
  if (!id) return;
  const copy = kind === "none" ? null : copyOf(value, ttlMs >= 0 ? atUs + ttlMs * 1000 : null);
  if (copy) put(copies.shared, id, copy);
  else delete copies.shared[id];
}

function ownCopies(entries: Record<string, WireValue>): Record<string, Copy> {
  const own: Record<string, Copy> = {};
  for (const [key, entry] of Object.entries(entries)) {
    const id = rowOf(key);
    const copy = isRecord(entry) ? copyOf(entry.user, Number(entry.untilMs) * 1000) : null;
    if (id && copy) own[id] = copy;
  }
  return own;
}

/** @param value the row, or its JSON */
function copyOf(value: WireValue | undefined, untilUs: number | null): Copy | null {
  const row = typeof value === "string" ? parsed(value) : value;
  return isRecord(row) && typeof row.version === "number"
    ? { username: String(row.username), version: row.version, untilUs }
    : null;
}

function parsed(json: string): WireValue {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function put(known: Record<string, Copy>, id: string, copy: Copy): void {
  known[id] = copy;
  const ids = Object.keys(known);
  if (ids.length > MAX_ROWS) delete known[ids.find((other) => other !== id) ?? id];
}
