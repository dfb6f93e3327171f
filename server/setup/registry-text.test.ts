import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { inRoot, TOOLS } from "./paths.mjs";
import { PATTERN_ID, registryText, stagesText } from "./registry-text.mjs";

const ALL = [
  "cache-aside",
  "counter",
  "fixed-window",
  "lock",
  "pub-sub",
  "redlock",
  "session",
  "sliding-window-counter",
];

describe("the registries", () => {
  it.each([[[]], [["counter"]], [["cache-aside", "token-bucket"]], [ALL]])("are in Biome's format: %j", (ids) => {
    for (const [name, text] of [
      ["registry.ts", registryText(ids)],
      ["stages.ts", stagesText(ids)],
    ] as const) {
      const args = [TOOLS.biome, "format", `--stdin-file-path=lib/patterns/${name}`];
      const formatted = spawnSync(process.execPath, args, { input: text, encoding: "utf8", cwd: inRoot() });
      expect(formatted.stdout, formatted.stderr).toBe(text);
    }
  });

  it("import each folder's pattern and load each folder's stage", () => {
    expect(registryText(["token-bucket"])).toContain(
      'import { pattern as tokenBucketPattern } from "./token-bucket/pattern";',
    );
    expect(stagesText(["token-bucket"])).toContain('"token-bucket": () => import("./token-bucket/stage"),');
  });
});

describe("ids", () => {
  it("are lower-case words", () => {
    for (const id of ["lock", "token-bucket", "redis7-streams"]) expect(id).toMatch(PATTERN_ID);
    for (const id of ["", "Lock", "7up", "a--b", "-a", "a-", "a_b", "../x", "a/b", "a.b"])
      expect(id).not.toMatch(PATTERN_ID);
  });
});
