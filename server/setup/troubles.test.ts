import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./paths.mjs";
import { playwrightTroubles, troublesText, vitestTroubles } from "./troubles.mjs";

const file = join(ROOT, "lib/a.test.ts");

describe("troubles", () => {
  it("of vitest: what failed, and what failed at first", () => {
    const assertionResults = [
      { fullName: "a holds", status: "passed", failureMessages: [] },
      { fullName: "b holds", status: "failed", failureMessages: ["AssertionError: 1\n    at x"] },
      { fullName: "c holds", status: "passed", failureMessages: ["Error: late"] },
    ];
    expect(vitestTroubles({ testResults: [{ name: file, status: "failed", assertionResults }] })).toEqual([
      { test: "lib/a.test.ts: b holds", error: "AssertionError: 1", failed: true },
      { test: "lib/a.test.ts: c holds", error: "Error: late", failed: false },
    ]);
  });

  it("of vitest: a file that does not load is named", () => {
    const broken = { name: file, status: "failed", message: "SyntaxError", assertionResults: [] };
    expect(vitestTroubles({ testResults: [broken] })).toEqual([
      { test: "lib/a.test.ts", error: "SyntaxError", failed: true },
    ]);
  });

  it("of Playwright: out of nested suites, without the colours of its messages", () => {
    const spec = (title: string, status: string) => ({
      title,
      file: "a.spec.ts",
      tests: [{ status, results: [{ error: { message: "\u001b[31mError\u001b[39m: gone\nmore" } }, {}] }],
    });
    const specs = [spec("opens", "flaky"), spec("closes", "unexpected"), spec("stays", "expected")];
    const file = "a.spec.ts";
    expect(playwrightTroubles({ suites: [{ title: file, file, suites: [{ title: "a door", file, specs }] }] })).toEqual(
      [
        { test: "e2e/a.spec.ts: a door › opens", error: "Error: gone", failed: false },
        { test: "e2e/a.spec.ts: a door › closes", error: "Error: gone", failed: true },
      ],
    );
  });

  it("are told failures first", () => {
    const text = troublesText([
      { test: "a", error: "x", failed: false },
      { test: "b", error: "y", failed: true },
    ]);
    expect(text).toBe("FAILED  b\n    y\npassed at the second try  a\n    x");
    expect(troublesText([])).toBe("");
  });
});
