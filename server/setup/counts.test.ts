import { describe, expect, it } from "vitest";
import { FAILED, PASSED, playwrightCounts, stageCounts, summary, vitestCounts } from "./counts.mjs";

describe("stageCounts", () => {
  it("fails a stage that ran no test, left no report, or ended badly without a failed test", () => {
    expect(stageCounts({ passed: 0, failed: 0, skipped: 3 }, 0)).toEqual({ passed: 0, failed: 1, skipped: 3 });
    expect(stageCounts(null, 0)).toEqual(FAILED);
    expect(stageCounts({ passed: 5, failed: 0, skipped: 0 }, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it("does not count a failed test twice", () => {
    expect(stageCounts({ passed: 5, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it("reads both runners", () => {
    const vitest = vitestCounts({ numPassedTests: 4, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 });
    expect(vitest).toEqual({ passed: 4, failed: 1, skipped: 3 });
    const playwright = playwrightCounts({ stats: { expected: 4, unexpected: 1, flaky: 2, skipped: 3 } });
    expect(playwright).toEqual({ passed: 6, failed: 1, skipped: 3 });
  });
});

describe("summary", () => {
  const unit = { name: "unit", ms: 1234, passed: 40, failed: 0, skipped: 0 };

  it("ends in exactly the totals", () => {
    const lines = summary([{ name: "lint", ms: 500, ...PASSED }, unit, { name: "e2e", ms: 90_000, ...FAILED }]).split(
      "\n",
    );
    expect(lines.at(-1)).toBe("41 passed, 1 failed");
    expect(lines[1]).toBe("unit  passed     1.2 s  40 passed, 0 failed");
    expect(lines[2]).toContain("FAILED");
  });

  it("names skipped tests only where there are some", () => {
    expect(
      summary([{ ...unit, skipped: 2 }])
        .split("\n")
        .at(-1),
    ).toBe("40 passed, 0 failed, 2 skipped");
  });
});
