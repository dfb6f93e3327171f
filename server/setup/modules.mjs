/** node_modules: installed when missing or when the lockfile or Node has changed. */
import { writeFileSync } from "node:fs";
import { readText, sha256 } from "./hash.mjs";
import { LOCKFILE, MODULES, MODULES_STAMP } from "./paths.mjs";
import { onPath, run } from "./run.mjs";
import { heartbeat, SetupError, step } from "./say.mjs";

/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages of a package-lock.json */

export async function ensureModules() {
  const lock = readText(LOCKFILE) ?? "";
  const stamp = sha256(`${lock}\0${process.version} ${process.platform} ${process.arch}`);
  const stamped = readText(MODULES_STAMP);
  if (stamped === stamp) return;
  // Without a stamp of ours, npm's own record says whether somebody ran `npm ci` or `npm install` by hand.
  const installed = readText(`${MODULES}/.package-lock.json`);
  if (stamped !== null || !installed || !isInstalled(JSON.parse(lock).packages, JSON.parse(installed).packages)) {
    await install();
  }
  writeFileSync(MODULES_STAMP, stamp);
}

/**
 * Is what npm recorded in node_modules what the lockfile asks for? Optional packages (of other platforms) may be absent.
 * @param {Packages} wanted
 * @param {Packages} installed
 */
export function isInstalled(wanted, installed) {
  const same = (/** @type {string} */ path) =>
    wanted[path]?.version === installed[path]?.version && wanted[path]?.integrity === installed[path]?.integrity;
  const missing = Object.keys(wanted).filter((path) => path !== "" && !installed[path] && !wanted[path]?.optional);
  return missing.length === 0 && Object.keys(installed).every(same);
}

async function install() {
  step("Installing npm packages (about 220; half a minute on a fresh machine)");
  // The npm that started us, if one did: a script path, run with this Node.
  const script = process.env.npm_execpath;
  const npm = script?.endsWith(".js") ? [process.execPath, script] : [onPath("npm") ?? "npm"];
  // With NODE_ENV=production npm would leave out what the build needs.
  const args = [...npm.slice(1), "ci", "--include=dev", "--no-audit", "--no-fund"];
  // On a terminal npm itself shows that it works.
  const end = process.stdout.isTTY ? () => undefined : heartbeat("npm ci");
  const { code } = await run(npm[0] ?? "npm", args).finally(end);
  if (code !== 0) throw new SetupError(`npm ci failed with code ${code}; its messages are above.`);
}
