/** The stages of npm test, in their order. A check counts as one test; the runners count their own. */
import { join } from "node:path";
import { ensureBuild } from "./build-step.mjs";
import { FAILED, PASSED, playwrightCounts, stageCounts, vitestCounts } from "./counts.mjs";
import { readText } from "./hash.mjs";
import { withLock } from "./lock.mjs";
import { inRoot, SETUP_LOCK, TOOLS } from "./paths.mjs";
import { runNode } from "./run.mjs";
import { playwrightTroubles, vitestTroubles } from "./troubles.mjs";

/** @typedef {import("./counts.mjs").Counts} Counts */
/** @typedef {import("./troubles.mjs").Trouble} Trouble */
/**
 * @typedef {{ env: Record<string, string>, reports: string, troubles: Trouble[] }} Context
 *   reports: a directory for the runners' JSON; troubles: what stages have to tell at the end
 */
/** @typedef {{ name: string, title: string, needs?: string, run: (context: Context) => Promise<Counts> }} Stage */

/** Passes when every command ends with 0; stops at the first that does not. @param {[script: string, ...args: string[]][]} commands */
const check =
  (...commands) =>
  async (/** @type {Context} */ { env }) => {
    for (const [script, ...args] of commands) {
      const { code } = await runNode(script, args, { env });
      if (code !== 0) return FAILED;
    }
    return PASSED;
  };

/** @param {string} project */
const vitest =
  (project) =>
  async (/** @type {Context} */ { env, reports, troubles }) => {
    const file = join(reports, `${project}.json`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await runNode(TOOLS.vitest, ["run", "--project", project, ...reporters], { env });
    const text = readText(file);
    if (!text) return stageCounts(null, code);
    const report = JSON.parse(text);
    troubles.push(...vitestTroubles(report));
    return stageCounts(vitestCounts(report), code);
  };

async function playwright(/** @type {Context} */ { env, reports, troubles }) {
  const file = join(reports, "e2e.json");
  const more = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const { code } = await runNode(TOOLS.playwright, ["test", "--reporter=list,json"], { env: more });
  const text = readText(file);
  if (!text) return stageCounts(null, code);
  const report = JSON.parse(text);
  troubles.push(...playwrightTroubles(report));
  return stageCounts(playwrightCounts(report), code);
}

async function build() {
  await withLock(SETUP_LOCK, ensureBuild);
  return PASSED;
}

const CRUISED = ["app", "components", "lib", "server", "e2e"];

/** @type {readonly Stage[]} */
export const STAGES = [
  {
    name: "registry",
    title: "the generated registries are what the folders say",
    run: check([inRoot("server", "setup", "registry.mjs"), "--check"]),
  },
  { name: "lint", title: "Biome: lint and format", run: check([TOOLS.biome, "check", "."]) },
  { name: "types", title: "TypeScript", run: check([TOOLS.next, "typegen"], [TOOLS.tsc, "--noEmit"]) },
  {
    name: "dependencies",
    title: "who imports whom",
    run: check([TOOLS.depcruise, "--config", ".dependency-cruiser.cjs", ...CRUISED]),
  },
  { name: "unused", title: "knip: unused files, exports, packages", run: check([TOOLS.knip]) },
  { name: "unit", title: "vitest without Redis", run: vitest("unit") },
  { name: "redis", title: "vitest on real redis-servers", run: vitest("redis") },
  { name: "build", title: "the production build", run: build },
  { name: "e2e", title: "Playwright on the production build", needs: "build", run: playwright },
];
