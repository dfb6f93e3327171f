/** The browser of the end-to-end tests: Debian's Chromium, or the one that CHROMIUM_BIN names. */
import { resolve } from "node:path";
import { aptInstall } from "./apt.mjs";
import { isExecutable, onPath } from "./run.mjs";
import { SetupError } from "./say.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** @returns {Promise<string>} absolute path @throws {SetupError} */
export async function ensureChromium() {
  const wanted = process.env.CHROMIUM_BIN;
  if (wanted) {
    if (isExecutable(resolve(wanted))) return resolve(wanted);
    throw new SetupError(`CHROMIUM_BIN=${wanted}: no such program, or it may not be executed.`);
  }
  const found = findChromium() ?? ((await aptInstall(["chromium"])) ? findChromium() : null);
  if (found) return found;
  throw new SetupError(`The end-to-end tests need Chromium, and this user may not install it. One of these does:

  Debian           sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium
  A binary elsewhere: CHROMIUM_BIN=/path/to/chromium npm test`);
}

const findChromium = () => NAMES.map(onPath).find(Boolean) ?? null;
