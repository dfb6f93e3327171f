import { describe, expect, it } from "vitest";
import { filesOf, type HighlightedFile, variantOf } from "./highlighted";

const variants = ["as-written", "write", "read-then-write"];
const file = (name: string): HighlightedFile => ({
  path: `lib/patterns/p/${name}`,
  name,
  language: name.endsWith(".lua") ? "lua" : name.endsWith(".sql") ? "sql" : "typescript",
  sha256: "",
  lines: [],
});

describe("shown files", () => {
  it("belong to a variant by their name, the longest that fits", () => {
    expect(variantOf("as-written.ts", variants)).toBe("as-written");
    expect(variantOf("take-read-then-write-1.lua", variants)).toBe("read-then-write");
    expect(variantOf("take-write-2.lua", variants)).toBe("write");
    expect(variantOf("shared.ts", variants)).toBeNull();
  });

  it("stand TypeScript first, then Lua, then what all share, then the tables", () => {
    const files = ["tables.sql", "shared.ts", "take-write-2.lua", "write.ts", "as-written.ts"].map(file);
    expect(filesOf(files, "write", variants).map(({ name }) => name)).toEqual([
      "write.ts",
      "take-write-2.lua",
      "shared.ts",
      "tables.sql",
    ]);
  });
});
