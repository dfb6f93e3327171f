import { describe, expect, it } from "vitest";
import { isInstalled } from "./modules.mjs";

const lock = {
  "": { version: "0.1.0" },
  "node_modules/next": { version: "16.4.5", integrity: "sha512-a" },
  "node_modules/@next/swc-darwin-arm64": { version: "16.4.5", integrity: "sha512-b", optional: true },
};
const { "": _root, ...all } = lock;
const { "node_modules/@next/swc-darwin-arm64": _other, ...needed } = all;

describe("isInstalled", () => {
  it("takes npm's record of the same packages, with or without those of other platforms", () => {
    expect(isInstalled(lock, all)).toBe(true);
    expect(isInstalled(lock, needed)).toBe(true);
  });

  it("sees a missing package, another version, another content, and one too many", () => {
    expect(isInstalled(lock, {})).toBe(false);
    expect(isInstalled(lock, { "node_modules/next": { version: "16.4.4", integrity: "sha512-a" } })).toBe(false);
    expect(isInstalled(lock, { "node_modules/next": { version: "16.4.5", integrity: "sha512-c" } })).toBe(false);
    expect(isInstalled(lock, { ...needed, "node_modules/left-over": { version: "1.0.0" } })).toBe(false);
  });
});
