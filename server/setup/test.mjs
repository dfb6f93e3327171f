/** npm test [-- stage ...]: prepares this machine, runs the stages (all, or the named ones), ends in one summary. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { FAILED, summary } from "./counts.mjs";
import { prepare } from "./prepare.mjs";
import { runMain, SetupError, step } from "./say.mjs";
import { STAGES } from "./stages.mjs";
import { troublesText } from "./troubles.mjs";

/** @typedef {import("./counts.mjs").StageResult} StageResult */
/** @typedef {import("./stages.mjs").Stage} Stage */

/** @param {readonly string[]} names @returns {readonly Stage[]} in their own order, with what they need */
function chosen(names) {
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown) throw new SetupError(`No stage "${unknown}". Stages: ${STAGES.map(({ name }) => name).join(", ")}`);
  if (names.length === 0) return STAGES;
  const wanted = STAGES.filter(({ name }) => names.includes(name));
  return STAGES.filter((stage) => wanted.includes(stage) || wanted.some(({ needs }) => needs === stage.name));
}

/** @param {Stage} stage @param {import("./stages.mjs").Context} context @returns {Promise<import("./counts.mjs").Counts>} */
async function runStage(stage, context) {
  try {
    return await stage.run(context);
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : /** @type {Error} */ (error).stack}\n`);
    return FAILED;
  }
}

runMain(async () => {
  const stages = chosen(process.argv.slice(2));
  /** @type {Record<string, string>} */
  const env = await prepare({ build: false });
  if (stages.some(({ name }) => name === "e2e")) env.CHROMIUM_BIN = await ensureChromium();
  const reports = mkdtempSync(join(tmpdir(), "playground-test-"));
  /** @type {StageResult[]} */
  const results = [];
  /** @type {import("./troubles.mjs").Trouble[]} */
  const troubles = [];
  for (const stage of stages) {
    process.stdout.write("\n");
    const blocked = results.some(({ name, failed }) => name === stage.needs && failed > 0);
    step(`${stage.name}: ${blocked ? `not run, ${stage.needs} failed` : stage.title}`);
    const startMs = performance.now();
    const counts = blocked ? FAILED : await runStage(stage, { env, reports, troubles });
    results.push({ name: stage.name, ms: performance.now() - startMs, ...counts });
  }
  rmSync(reports, { recursive: true, force: true });
  if (troubles.length) process.stdout.write(`\n${troublesText(troubles)}\n`);
  process.stdout.write(`\n${summary(results)}\n`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
});
