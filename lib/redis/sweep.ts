/**
 * The private working directory of one server process, and the sweep of what dead ones left behind: a redis-server whose
 * parent is gone is killed, its directory removed. Never one whose parent lives.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTime } from "./process-stat";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes `<base>/<pid>-…` (0700) for this process. */
export function claimWorkDirectory(base: string): string {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const directory = join(base, `${process.pid}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`);
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, "owner"), `${process.pid} ${startTime(process.pid)}`);
  return directory;
}

/** Is `pid` still the redis-server that we started on `port`? Its title names its port. */
function isOurRedis(pid: number, port: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`:${port}`);
  } catch {
    return false;
  }
}

/** Removes what dead parents left in `base`. Answers the directories that it removed. */
export function sweepLeftovers(base: string): string[] {
  const swept: string[] = [];
  let entries: string[];
  try {
    entries = readdirSync(base);
  } catch {
    return swept;
  }
  for (const entry of entries) {
    const directory = join(base, entry);
    const [pid, started] = readWords(join(directory, "owner"));
    const parent = Number(pid ?? entry.split("-")[0]);
    if (!Number.isInteger(parent)) continue;
    if (isAlive(parent) && (!started || startTime(parent) === started)) continue;
    for (const child of readdirSync(directory)) {
      const [childPid, port] = readWords(join(directory, child, "pid"));
      if (childPid && port && isOurRedis(Number(childPid), port)) killQuietly(Number(childPid));
    }
    rmSync(directory, { recursive: true, force: true });
    swept.push(directory);
  }
  return swept;
}

function readWords(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trim().split(/\s+/);
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself in the meantime
  }
}
