/** lib/patterns/registry.ts and stages.ts, made from the folders that are there. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readText } from "./hash.mjs";
import { PATTERNS, ROOT } from "./paths.mjs";
import { PATTERN_ID, registryText, stagesText } from "./registry-text.mjs";
import { note, SetupError } from "./say.mjs";

/** @returns {string[]} ids of the folders with a pattern.ts, sorted */
export function patternIds() {
  const folders = readdirSync(PATTERNS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const ids = folders.map(({ name }) => name).filter((name) => existsSync(join(PATTERNS, name, "pattern.ts")));
  const bad = ids.find((id) => !PATTERN_ID.test(id));
  if (bad)
    throw new SetupError(`lib/patterns/${bad}: a pattern's folder is named in lower-case words, like token-bucket.`);
  return ids.sort();
}

/** @returns {[path: string, text: string][]} */
function wanted() {
  const ids = patternIds();
  return [
    [join(PATTERNS, "registry.ts"), registryText(ids)],
    [join(PATTERNS, "stages.ts"), stagesText(ids)],
  ];
}

const stale = () => wanted().filter(([path, text]) => readText(path) !== text);

/** Writes what differs. */
export function writeRegistry() {
  for (const [path, text] of stale()) {
    writeFileSync(path, text);
    note(`wrote ${relative(ROOT, path)}`);
  }
}

/** @throws {SetupError} when a file differs from what the folders say */
export function checkRegistry() {
  const names = stale().map(([path]) => relative(ROOT, path));
  if (names.length === 0) return;
  throw new SetupError(`Not what the folders of lib/patterns say:\n  ${names.join("\n  ")}\nRun: npm run registry`);
}
