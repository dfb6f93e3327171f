/** How a workload reads and writes users: the n-th write names the user `write-n`, so a read tells by the name which write it shows. */
import type { Body, CachedRows } from "../../contract";

const NAMED = /^write-(\d+)$/;

/**
 * @param who what the reader's and the writer's body say of the app instance that asks, by its number from 0
 * @param local sources of a read's answer that did without the database
 */
export const userRows = (
  who: { read(by: number): Body; write(by: number): Body },
  local: readonly string[],
): CachedRows => ({
  read: (row, by) => ({ action: "read", body: { id: row, ...who.read(by) } }),
  write: (row, n, by) => ({ action: "update", body: { id: row, username: `write-${n}`, ...who.write(by) } }),
  seen(value) {
    const { source, value: user } = fieldsOf(value);
    const [, n = "0"] = NAMED.exec(String(fieldsOf(user).username)) ?? [];
    return { n: Number(n), hit: local.includes(String(source)) };
  },
  stored: `SELECT id AS row, CASE WHEN username LIKE 'write-%' THEN CAST(substr(username, 7) AS integer) ELSE 0 END AS n FROM users`,
});

const fieldsOf = (value: unknown): Partial<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? value : {};
