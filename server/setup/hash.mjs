/** Fingerprints of files: what was built, installed or compiled is stale when the fingerprint of what it came from differs. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param {string | Uint8Array} content @returns {string} hex */
export const sha256 = (content) => createHash("sha256").update(content).digest("hex");

/**
 * Hash over the paths and contents of files. A missing one counts as missing, so that its appearance changes the hash.
 * @param {string} root absolute
 * @param {readonly string[]} entries files and folders, from the root
 * @param {(path: string) => boolean} [keep] by path from the root
 * @returns {string} hex
 */
export function hashOf(root, entries, keep = () => true) {
  const hash = createHash("sha256");
  for (const path of entries
    .flatMap((entry) => filesUnder(root, entry))
    .filter(keep)
    .sort()) {
    hash.update(`${path}\0${sha256(readFileSync(join(root, path)))}\n`);
  }
  return hash.digest("hex");
}

/** @param {string} root @param {string} entry @returns {string[]} */
function filesUnder(root, entry) {
  const stat = statSync(join(root, entry), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [entry];
  return readdirSync(join(root, entry)).flatMap((name) => filesUnder(root, `${entry}/${name}`));
}

/** @param {string} path @returns {string | null} null when it is not there */
export function readText(path) {
  return statSync(path, { throwIfNoEntry: false }) ? readFileSync(path, "utf8") : null;
}
