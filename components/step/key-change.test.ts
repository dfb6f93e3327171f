import { describe, expect, it } from "vitest";
import { changeText, type SeenKey, tableChangeText } from "./key-change";

const key = (rest: Partial<SeenKey>): SeenKey => ({ key: "k", kind: "string", ttlMs: -1, value: "1", ...rest });
const gone = key({ kind: "none", ttlMs: -2, value: null });

describe("what a step did to a key", () => {
  it("names the fields of a hash that are different, and no others", () => {
    const before = key({ kind: "hash", value: { tokens: "2", atMs: "1700" } });
    const after = key({ kind: "hash", value: { tokens: "1.03333", atMs: "1700" } });
    expect(changeText(before, after, "hset")).toBe("tokens 1.03");
    expect(changeText(after, after, "hset")).toBeNull();
  });

  it("tells an expiry from a deletion", () => {
    expect(changeText(key({}), gone, "expired")).toBe("expired");
    expect(changeText(key({}), gone, "del")).toBe("gone");
    expect(changeText(undefined, gone, undefined)).toBeNull();
  });

  it("says that a key has got a TTL, or lost it, when its value is the same", () => {
    expect(changeText(key({}), key({ ttlMs: 20_000 }), "expire")).toBe("lives 20.0 s");
    expect(changeText(key({ ttlMs: 20_000 }), key({}), "persist")).toBe("lives on without a TTL");
  });

  it("counts the items of a collection", () => {
    expect(changeText(undefined, key({ kind: "list", value: ["a", "b"], length: 2 }), "rpush")).toBe("2 items");
  });
});

describe("what a step did to a table", () => {
  const users = (...names: string[]) => ({
    table: "users",
    count: names.length,
    rows: names.map((name, i) => ({ id: i + 1, name, seen: 0 })),
  });

  it("names the row by its first column, and what is different in it", () => {
    expect(tableChangeText(users("ann", "bob"), users("ann", "ben"))).toBe("id 2: name ben");
    expect(tableChangeText(users("ann"), users("ann"))).toBeNull();
  });

  it("counts rows that came and went", () => {
    expect(tableChangeText(users("ann"), users("ann", "bob"))).toBe("1 row more");
    expect(tableChangeText(users("ann", "bob", "cleo"), users("ann"))).toBe("2 rows less");
  });

  it("says nothing of a table that was not seen before", () => {
    expect(tableChangeText(undefined, users("ann"))).toBeNull();
  });
});
