/** The server as a child of the bootstrap: the two end together, whichever goes first. */
import { spawn } from "node:child_process";
import { ROOT } from "./paths.mjs";
import { codeOfSignal, environment } from "./run.mjs";

/** A terminal's Ctrl-C and npm's forwarding of it come within this time; they are one wish, not two. */
const SAME_WISH_MS = 1000;

/**
 * stdin of the server is a pipe of ours, at whose end it shuts down: also after a kill -9 of us.
 * @param {readonly [command: string, args: readonly string[]]} commandLine
 * @param {Record<string, string>} env
 * @returns {Promise<number>} its exit code
 */
export function serve([command, args], env) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: environment({ ...env, PLAYGROUND_PARENT_PIPE: "1" }),
    stdio: ["pipe", "inherit", "inherit"],
    // Out of the terminal's process group: Ctrl-C reaches the server once, through us.
    detached: true,
  });
  let lastMs = Number.NEGATIVE_INFINITY;
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (performance.now() - lastMs < SAME_WISH_MS) return;
    lastMs = performance.now();
    child.kill(signal);
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? codeOfSignal(signal)));
  });
}
