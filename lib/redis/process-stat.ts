/** What Linux says of a process in /proc/<pid>/stat; nothing where there is no /proc. */
import { readFileSync } from "node:fs";

const STATE = 0;
const START_TIME = 19;

/** The words after the name, which may hold spaces and parentheses itself. */
function words(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** Tells a process from a later one with the same pid. */
export const startTime = (pid: number): string => words(pid)[START_TIME] ?? "";

/** By a signal; also when that cannot be known. */
export const isStopped = (pid: number): boolean => (words(pid)[STATE] ?? "T") === "T";
