/** Which tests failed, or passed only at their second try, and with what first line: for the end of a long log. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "./paths.mjs";

/** @typedef {{ test: string, error: string, failed: boolean }} Trouble */

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} VitestCase
 * @typedef {{ testResults: { name: string, status: string, message?: string, assertionResults: VitestCase[] }[] }} VitestReport
 */

/** @param {VitestReport} report of vitest's json reporter @returns {Trouble[]} */
export const vitestTroubles = ({ testResults }) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const cases = assertionResults
      .filter(({ failureMessages }) => failureMessages?.length)
      .map((one) => trouble(`${file}: ${one.fullName}`, one.failureMessages?.[0], one.status === "failed"));
    const unloaded = status === "failed" && !cases.some(({ failed }) => failed);
    return unloaded ? [...cases, trouble(file, message, true)] : cases;
  });

/**
 * @typedef {{ status: string, results: { error?: { message?: string } }[] }} PlaywrightTest
 * @typedef {{ title: string, file: string, tests: PlaywrightTest[] }} PlaywrightSpec
 * @typedef {{ title?: string, file?: string, suites?: PlaywrightSuite[], specs?: PlaywrightSpec[] }} PlaywrightSuite
 */

/**
 * @param {PlaywrightSuite} suite the whole report of Playwright's json reporter, or a part of it
 * @param {string} within titles of the suites around it
 * @returns {Trouble[]}
 */
export const playwrightTroubles = ({ suites = [], specs = [] }, within = "") => [
  ...specs.flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ status, results }) => {
        const error = results.find((result) => result.error)?.error?.message;
        return trouble(`e2e/${file}: ${within}${title}`, error, status === "unexpected");
      }),
  ),
  // A file is a suite, too, called as the file.
  ...suites.flatMap((suite) =>
    playwrightTroubles(suite, suite.title && suite.title !== suite.file ? `${within}${suite.title} › ` : within),
  ),
];

/** @param {string} test @param {string | undefined} message @param {boolean} failed @returns {Trouble} */
function trouble(test, message, failed) {
  const lines = stripVTControlCharacters(message ?? "").split("\n");
  return { test, error: lines.find((line) => line.trim()) ?? "no message", failed };
}

/** @param {readonly Trouble[]} troubles @returns {string} two lines each, failures first; "" without any */
export function troublesText(troubles) {
  const rows = troubles
    .toSorted((a, b) => Number(b.failed) - Number(a.failed))
    .map(({ test, error, failed }) => `${failed ? "FAILED" : "passed at the second try"}  ${test}\n    ${error}`);
  return rows.join("\n");
}
