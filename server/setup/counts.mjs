/** What the test runners counted, and the summary made of it. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {Counts & { name: string, ms: number }} StageResult */

export const PASSED = Object.freeze({ passed: 1, failed: 0, skipped: 0 });
export const FAILED = Object.freeze({ passed: 0, failed: 1, skipped: 0 });

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} report of vitest's json reporter
 * @returns {Counts}
 */
export const vitestCounts = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests + report.numTodoTests,
});

/**
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} report of Playwright's json reporter
 * @returns {Counts} a test that passed at its second try counts as passed
 */
export const playwrightCounts = ({ stats }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected,
  skipped: stats.skipped,
});

/**
 * What a runner's stage counts for: no test run, and an exit code that no failed test explains (a file that does not load,
 * an error outside of any test), are failures too.
 * @param {Counts | null} counts null when the runner left no report
 * @param {number} code its exit code
 * @returns {Counts}
 */
export function stageCounts(counts, code) {
  if (!counts) return FAILED;
  const unexplained = counts.passed + counts.failed === 0 || (code !== 0 && counts.failed === 0);
  return { ...counts, failed: counts.failed + (unexplained ? 1 : 0) };
}

/** One line a stage, and the totals as the last line. @param {readonly StageResult[]} stages @returns {string} */
export function summary(stages) {
  const width = Math.max(...stages.map(({ name }) => name.length));
  const rows = stages.map((stage) => {
    const verdict = stage.failed > 0 ? "FAILED" : "passed";
    return `${stage.name.padEnd(width)}  ${verdict}  ${`${(stage.ms / 1000).toFixed(1)} s`.padStart(8)}  ${countsText(stage)}`;
  });
  const total = (/** @type {keyof Counts} */ key) => stages.reduce((sum, stage) => sum + stage[key], 0);
  const totals = { passed: total("passed"), failed: total("failed"), skipped: total("skipped") };
  return [...rows, "", countsText(totals)].join("\n");
}

/** @param {Counts} counts */
function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
