/** How a workload reads and writes users, so that write-through can be compared with other caching strategies. */
import type { CachedRows } from "../../contract";
import { isObject } from "./books";

/** The n-th write names the user so. */
const NAMED = /^write-(\d+)$/;

export const rows: CachedRows = {
  read: (row) => ({ action: "read", body: { id: row } }),
  write: (row, n, by) => ({ action: "update", body: { id: row, username: `write-${n}`, writer: `app-${by + 1}` } }),
  seen(value) {
    const { source, value: user } = isObject(value) ? value : {};
    const [, n = "0"] = NAMED.exec(isObject(user) ? String(user.username) : "") ?? [];
    return { n: Number(n), hit: source === "cache" };
  },
  stored: `SELECT id AS row, CASE WHEN username LIKE 'write-%' THEN CAST(substr(username, 7) AS integer) ELSE 0 END AS n FROM users`,
};
