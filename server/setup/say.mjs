/** What the set-up tells the person who waits. */

import { endWithNpm } from "./launcher.mjs";

/** A step that takes time begins. @param {string} text */
export function step(text) {
  process.stdout.write(`> ${text}\n`);
}

/** Something worth knowing. @param {string} text */
export function note(text) {
  process.stdout.write(`  ${text}\n`);
}

/** Says every five seconds that a silent step is still at work. @param {string} what @returns {() => void} ends it */
export function heartbeat(what) {
  const startMs = Date.now();
  const timer = setInterval(() => note(`${what}: ${Math.round((Date.now() - startMs) / 1000)} s ...`), 5000);
  return () => clearInterval(timer);
}

/** A problem that the person can solve; its message is all that is printed. */
export class SetupError extends Error {}

/**
 * Runs an entry script: a SetupError is printed as it is, anything else with its stack; both end with code 1.
 * @param {() => Promise<number | void>} main answers the exit code
 */
export async function runMain(main) {
  endWithNpm();
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}\n`);
    process.exitCode = 1;
  }
}
