/**
 * One set-up at a time in this folder: two starts at once must not install or build over each other. The lock is a file
 * that names its owner; one whose owner is dead is taken over.
 */
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { processStat } from "./process-stat.mjs";
import { note } from "./say.mjs";

const POLL_MS = 200;

/**
 * @template T
 * @param {string} path of the lock file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  const me = identity(process.pid);
  for (let said = false; !tryCreate(path, me); await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
    const owner = read(path);
    if (owner === null) continue;
    if (!isAlive(owner)) removeStale(path, owner);
    else if (!said) {
      said = true;
      note(`waiting for another set-up in this folder (process ${owner.split(" ")[0]}) to finish`);
    }
  }
  const release = () => {
    if (read(path) === me) rmSync(path, { force: true });
  };
  process.on("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** A process id alone comes again (soon, in containers); together with its start time it does not. @param {number} pid */
function identity(pid) {
  const stat = processStat(pid);
  // A zombie keeps its id until somebody reaps it, in some containers for ever.
  return `${pid} ${stat?.state === "Z" ? "zombie" : stat?.startTicks}`;
}

/** @param {string} owner */
function isAlive(owner) {
  const pid = Number(owner.split(" ")[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EPERM") return false;
  }
  return identity(pid) === owner;
}

/** @param {string} path @param {string} me @returns {boolean} false when the file is there already */
function tryCreate(path, me) {
  const mine = `${path}.${process.pid}`;
  const file = openSync(mine, "w");
  writeSync(file, me);
  closeSync(file);
  try {
    // A link appears with its content, in one step: nobody ever reads an empty lock.
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Two waiters may see the same dead owner: what the second moves away may be the first one's new lock, and goes back. */
function removeStale(/** @type {string} */ path, /** @type {string} */ owner) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== owner) linkSync(aside, path);
  } catch {
    // Somebody else was quicker.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
