/** What Linux knows of a process. */
import { readFileSync } from "node:fs";

/**
 * @param {number} pid
 * @returns {{ name: string, state: string, parent: string, startTicks: string } | null} null: no such process, or no /proc
 */
export function processStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const [state = "", parent = "", ...fields] = text.slice(end + 2).split(" ");
    return { name: text.slice(text.indexOf("(") + 1, end), state, parent, startTicks: fields[17] ?? "" };
  } catch {
    return null;
  }
}
