/**
 * npm passes a SIGTERM only to the shell between it and us, and a SIGKILL to nobody; we would be left running, a server on
 * its port. So, started by npm, we send ourselves a SIGTERM when npm or its shell is gone.
 */
import { processStat } from "./process-stat.mjs";

const POLL_MS = 500;

/** Ids of our parent and, when that is npm's shell, of its parent. */
function launcher() {
  const parent = processStat(process.ppid);
  return parent && ["sh", "dash"].includes(parent.name) ? `${process.ppid} ${parent.parent}` : String(process.ppid);
}

export function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const before = launcher();
  const timer = setInterval(() => {
    if (launcher() === before) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, POLL_MS);
  timer.unref();
}
