import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "./hash.mjs";

describe("hashOf", () => {
  let root = "";
  const put = (path: string, text: string) => writeFileSync(join(root, path), text);
  const hash = () => hashOf(root, ["app", "settings.json", "absent"], (path) => !path.endsWith(".test.ts"));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "hash-of-"));
    mkdirSync(join(root, "app", "deep"), { recursive: true });
    put("app/deep/a.ts", "1");
    put("settings.json", "{}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("changes with content, a name, a new file and a file that goes", () => {
    const before = hash();
    expect(hash()).toBe(before);
    put("app/deep/a.ts", "2");
    expect(hash()).not.toBe(before);
    put("app/deep/a.ts", "1");
    expect(hash()).toBe(before);
    put("app/b.ts", "");
    const withEmpty = hash();
    expect(withEmpty).not.toBe(before);
    put("absent", "now here");
    expect(hash()).not.toBe(withEmpty);
    rmSync(join(root, "absent"));
    rmSync(join(root, "app/b.ts"));
    expect(hash()).toBe(before);
  });

  it("leaves out what is not kept", () => {
    const before = hash();
    put("app/deep/a.test.ts", "a test");
    expect(hash()).toBe(before);
  });

  it("does not take two files for one", () => {
    put("app/deep/b.ts", "");
    const two = hash();
    rmSync(join(root, "app/deep/b.ts"));
    put("app/deep/a.ts", "1app/deep/b.ts");
    expect(hash()).not.toBe(two);
  });
});
