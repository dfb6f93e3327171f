import { describe, expect, it } from "vitest";
import { parseTables } from "./pattern-tables";

describe("a pattern's tables.sql", () => {
  it("is reset from the last table to the first, with its sequences and first rows", () => {
    const text = `-- Who is who.
CREATE TABLE users (
  id integer PRIMARY KEY, -- ours; not theirs
  name text NOT NULL
);
CREATE TABLE notes (id integer REFERENCES users);
CREATE SEQUENCE tokens;
INSERT INTO users VALUES (1, 'a;b');
`;
    expect(parseTables(text)).toEqual({
      text,
      tables: ["users", "notes"],
      reset: `DELETE FROM notes;
DELETE FROM users;
ALTER SEQUENCE tokens RESTART;
INSERT INTO users VALUES (1, 'a;b');`,
    });
  });

  it("may hold nothing that a reset would not bring back", () => {
    expect(() => parseTables("CREATE VIEW v AS SELECT 1;")).toThrow('tables.sql: what is "CREATE VIEW v AS SELECT 1"?');
  });
});
