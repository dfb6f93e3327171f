/** Child processes of the set-up. Telemetry is off in every one of them. */
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { ROOT } from "./paths.mjs";

/**
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export const environment = (more = {}) => ({ ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...more });

/**
 * Runs a command in the repository root. SIGINT and SIGTERM end it with us; so does, on Linux, a kill -9 of us, for a
 * build that goes on alone would meet the next start's. Not so an `outliving` one: a package manager must not be torn off.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean, outliving?: boolean }} [options] quiet: output is kept, not shown
 * @returns {Promise<{ code: number, output: string }>} output is "" unless quiet
 */
export function run(command, args, { env, quiet = false, outliving = false } = {}) {
  const output = quiet ? "pipe" : "inherit";
  const [program, rest] = outliving ? [command, args] : endingWithUs(command, args);
  const child = spawn(program, rest, { cwd: ROOT, env: environment(env), stdio: ["ignore", output, output] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  }
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    interrupted = signal;
  };
  process.on("SIGINT", forward).on("SIGTERM", forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? codeOfSignal(signal), output: text }));
  }).finally(() => {
    process.off("SIGINT", forward).off("SIGTERM", forward);
    if (interrupted) process.exit(codeOfSignal(interrupted));
  });
}

/**
 * The command line by which the kernel kills a child when this process is gone, where there is one (Linux).
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {[command: string, args: readonly string[]]}
 */
export function endingWithUs(command, args) {
  const setpriv = process.platform === "linux" ? onPath("setpriv") : null;
  return setpriv ? [setpriv, ["--pdeathsig", "KILL", command, ...args]] : [command, args];
}

/** @type {NodeJS.Signals | null} */
let interrupted = null;

/** Runs a script with this Node. @param {string} script @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export const runNode = (script, args, options) => run(process.execPath, [script, ...args], options);

/** As a shell says it. @param {NodeJS.Signals | null} signal */
export const codeOfSignal = (signal) => ({ SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 })[String(signal)] ?? 1;

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} name @returns {string | null} absolute path of a program on PATH */
export function onPath(name) {
  const directories = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return directories.map((directory) => join(directory, name)).find(isExecutable) ?? null;
}
