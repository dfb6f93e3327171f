import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "./lock.mjs";

describe("withLock", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "with-lock-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("lets one work at a time, and the next in when that one fails", async () => {
    const path = join(directory, "deeper", "lock");
    const order: string[] = [];
    const slow = withLock(path, async () => {
      order.push("first begins");
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("first ends");
      throw new Error("broken");
    });
    const next = withLock(path, async () => order.push("second"));
    await expect(slow).rejects.toThrow("broken");
    await next;
    expect(order).toEqual(["first begins", "first ends", "second"]);
  });

  it.each([
    ["a process that is gone", "4194305 1"],
    ["a process that had this one's id before", `${process.pid} 1`],
    ["nobody that can be read", ""],
  ])("takes over from %s", async (_, owner) => {
    const path = join(directory, "lock");
    writeFileSync(path, owner);
    expect(await withLock(path, async () => readFileSync(path, "utf8"))).toMatch(new RegExp(`^${process.pid} `));
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });
});
