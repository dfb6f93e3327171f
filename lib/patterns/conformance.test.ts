/** Refuses a folder of `lib/patterns` that lacks a part; and breaks a good one in every way, to see that it would. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Pattern } from "../contract";
import { type Folder, problemsOf } from "./conformance";
import { patterns } from "./registry";
import { stages } from "./stages";

const ROOT = import.meta.dirname;
const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

async function read(name: string): Promise<Folder> {
  const files = Object.fromEntries(
    readdirSync(join(ROOT, name)).map((file) => [file, readFileSync(join(ROOT, name, file), "utf8")]),
  );
  const pattern = patterns.find(({ id }) => id === name);
  const stage = (await stages[name]?.())?.stage;
  if (!pattern || !stage) throw new Error(`${name} is not in the registry: run npm run registry`);
  return { name, files, pattern, stage };
}

describe("the folders of lib/patterns", () => {
  it("are there", () => expect(folders).toContain("token-bucket"));

  it("are the patterns of the server's registry and of the browser's", () => {
    const withPattern = folders.filter((name) => existsSync(join(ROOT, name, "pattern.ts")));
    expect(withPattern).toEqual(folders);
    expect(patterns.map(({ id }) => id)).toEqual(folders);
    expect(Object.keys(stages)).toEqual(folders);
  });

  it.each(folders)("%s keeps every rule", async (name) => {
    expect(problemsOf(await read(name))).toEqual([]);
  });
});

// ---------------------------------------------------------------- every rule can fail

type Break = (good: Folder) => Partial<Folder>;
const withPattern =
  (change: (pattern: Pattern) => Partial<Pattern>): Break =>
  (good) => ({ pattern: { ...good.pattern, ...change(good.pattern) } });
const withFile =
  (file: string, change: (text: string) => string): Break =>
  (good) => ({ files: { ...good.files, [file]: change(good.files[file] ?? "") } });
const withoutFile =
  (file: string): Break =>
  ({ files }) => ({ files: Object.fromEntries(Object.entries(files).filter(([name]) => name !== file)) });
const firstScenario = (change: Partial<Pattern["scenarios"][number]>) =>
  withPattern(({ scenarios: [first, ...others] }) => ({
    scenarios: first ? [{ ...first, ...change }, ...others] : [],
  }));
const firstAction = (change: Partial<Pattern["actions"][number]>) =>
  withPattern(({ actions: [first, ...others] }) => ({ actions: first ? [{ ...first, ...change }, ...others] : [] }));
const lastVariant = (change: Partial<Pattern["variants"][number]>) =>
  withPattern(({ variants }) => ({
    variants: variants.map((variant, i) => (i === variants.length - 1 ? { ...variant, ...change } : variant)),
  }));
const addLine = (line: string) => (text: string) => `${line}\n${text}`;

const breaks: [what: string, change: Break, problem: RegExp][] = [
  ...["pattern.ts", "scenarios.ts", "stage.ts", "lesson.md", "token-bucket.test.ts", "token-bucket.redis.test.ts"].map(
    (file): [string, Break, RegExp] => [`no ${file}`, withoutFile(file), new RegExp(`lacks ${file}`)],
  ),
  ["an id that is not the folder", withPattern(() => ({ id: "leaky-bucket" })), /its id is "leaky-bucket"/],
  [
    "an invariant that is no sentence",
    withPattern(({ invariant }) => ({ invariant: { ...invariant, text: "ok" } })),
    /not a sentence/,
  ],
  [
    "no as-written",
    withPattern(({ variants }) => ({ variants: variants.slice(1) })),
    /first variant is not as-written/,
  ],
  ["no safe", withPattern(({ variants }) => ({ variants: variants.slice(0, -1) })), /no variant safe/],
  [
    "a variant twice",
    withPattern(({ variants }) => ({ variants: [...variants, ...variants.slice(-1)] })),
    /safe is there twice/,
  ],
  ["Lua shown first", lastVariant({ files: ["take-safe-1.lua", "safe.ts"] }), /shows no TypeScript first/],
  [
    "a shown file that is not there",
    lastVariant({ files: ["safe.ts", "take-safe-1.lua", "more.ts"] }),
    /shows more\.ts, which is not there/,
  ],
  ["code for an unknown action", lastVariant({ actions: { give: async () => null } }), /unknown action give/],
  ["a shown file that is too long", withFile("safe.ts", (text) => text + "//\n".repeat(80)), /safe\.ts has \d+ lines/],
  [
    "a Lua file with no number",
    (good) => ({ files: { ...good.files, "take.lua": "-- Returns 1\nreturn 1" } }),
    /take\.lua is not named/,
  ],
  [
    "a Lua file with one key too many",
    withFile("take-safe-1.lua", (text) => `${text}\nredis.call("DEL", KEYS[2])`),
    /highest it uses is KEYS\[2\]/,
  ],
  [
    "Lua without a header",
    withFile("take-safe-1.lua", (text) => text.replace(/^(--.*\n)+/, "")),
    /take-safe-1\.lua has no header/,
  ],
  [
    "Lua whose header hides an argument",
    withFile("take-safe-1.lua", (text) => text.replace(/^-- ARGV\[3\].*\n/m, "")),
    /does not explain ARGV\[3\]/,
  ],
  ["Lua that no variant shows", lastVariant({ files: ["safe.ts"] }), /take-safe-1\.lua is not shown/],
  [
    "a default out of bounds",
    withPattern(({ params }) => ({ params: params.map((spec) => ({ ...spec, default: spec.max + 1 })) })),
    /default of capacity/,
  ],
  [
    "a scenario with an impossible parameter",
    firstScenario({ params: { capacity: 0 } }),
    /sets capacity to what it cannot be/,
  ],
  ["a scenario with an unknown parameter", firstScenario({ params: { size: 3 } }), /sets size/],
  [
    "an order for a variant that is not there",
    firstScenario({ race: { actors: {}, order: { sefa: ["A"] }, breach: () => "" } }),
    /order for an unknown variant sefa/,
  ],
  [
    "a scenario that forgets a variant",
    firstScenario({ expect: { "as-written": "holds", safe: "holds" } }),
    /scenario steady expects of as-written, safe;/,
  ],
  ["a scenario twice", firstScenario({ id: "burst" }), /scenario burst is there twice/],
  [
    "nothing that as-written breaks on",
    withPattern(({ scenarios }) => ({
      scenarios: scenarios.filter(({ expect: of }) => of["as-written"] !== "breaks"),
    })),
    /in no scenario does as-written break/,
  ],
  ["a body that takes anything", firstAction({ body: z.looseObject({ client: z.string() }) }), /takes unknown fields/],
  ["an actor that the body does not name", firstAction({ actorField: "owner" }), /field that its body has not: owner/],
  ["no primary action", firstAction({ primary: false }), /not exactly one action is primary/],
  ["traffic of an unknown action", withPattern(() => ({ trafficAction: "give" })), /unknown action give/],
  [
    "no way to kill Redis",
    withPattern(({ faults }) => ({ faults: faults.filter(({ id }) => id !== "kill-redis") })),
    /no fault kill-redis/,
  ],
  ["tables without a database", withFile("tables.sql", () => "CREATE TABLE t (id integer);"), /declares no database/],
  ["a database without tables", withPattern(() => ({ database: true })), /declares a database and has no tables\.sql/],
  ["a database without its latency", withPattern(() => ({ database: true })), /no parameter databaseMs/],
  ["a database that cannot fail", withPattern(() => ({ database: true })), /no fault fail-database/],
  ["nodes that cannot break", withPattern(() => ({ nodes: 5 })), /has nodes and no fault partition/],
  ["tables that no variant shows", withPattern(() => ({ database: true })), /safe does not show tables\.sql last/],
  [
    "tables that could not be reset",
    (good) => ({
      files: { ...good.files, "tables.sql": "CREATE VIEW v AS SELECT 1;" },
      pattern: { ...good.pattern, database: true },
    }),
    /what is "CREATE VIEW/,
  ],
  [
    "an action spread over one that is not there",
    firstAction({ spread: { action: "give", bodies: () => [], sum: () => null } }),
    /spread over an action that is not there/,
  ],
  ["a lesson without front matter", withFile("lesson.md", (text) => text.replace(/^---\n/, "")), /no front matter/],
  [
    "a lesson that does not say when not",
    withFile("lesson.md", (text) => text.replace(/^notWhen:.*$/m, "")),
    /does not say notWhen/,
  ],
  [
    "a predict question without a right answer",
    withFile("lesson.md", (text) => text.replace("answer: 2", "answer: 3")),
    /no predict question/,
  ],
  ["a lesson without sections", withFile("lesson.md", (text) => text.replace(/^## /gm, "")), /no sections/],
  [
    "a lesson that names an unknown scenario",
    withFile("lesson.md", (text) => text.replace("scenario: burst", "scenario: bang")),
    /unknown scenario bang/,
  ],
  [
    "a lesson that names an unknown variant",
    withFile("lesson.md", (text) => text.replace("variant: safe", "variant: best")),
    /unknown variant best/,
  ],
  [
    "an import of node",
    withFile("invariant.ts", addLine('import { readFileSync } from "node:fs";')),
    /imports node:fs, which/,
  ],
  [
    "an import of another pattern",
    withFile("invariant.ts", addLine('import type { X } from "../fixed-window/x";')),
    /imports \.\.\/fixed-window\/x/,
  ],
  ["an import of react for its effect", withFile("bucket.ts", addLine('import "react";')), /bucket\.ts imports react/],
  [
    "a lazy import of next",
    withFile("bucket.ts", addLine('const next = () => import("next");')),
    /bucket\.ts imports next/,
  ],
  [
    "a shown file that knows of events",
    withFile("safe.ts", addLine('import type { RunEvent } from "../../events";')),
    /is shown and imports/,
  ],
  [
    "zod in the browser by way of a stage's file",
    withFile("bucket.ts", addLine('import { z } from "zod";')),
    /bucket\.ts brings zod/,
  ],
  [
    "zod in the browser by way of the family's schema",
    withFile("bucket.ts", addLine('import { windowParams } from "../../families/rate-limiting/schema";')),
    /bucket\.ts brings \.\.\/\.\.\/families/,
  ],
  [
    "a stage that shows nothing",
    ({ stage }) => ({ stage: { ...stage, panels: () => [] } }),
    /shows nothing at the start/,
  ],
  [
    "a state that is not JSON",
    ({ stage }) => ({ stage: { ...stage, initial: () => ({ ...Object(stage.initial()), at: Number.NaN }) } }),
    /not JSON/,
  ],
  [
    "an invariant that judges nothing",
    withPattern(({ invariant }) => ({
      invariant: { ...invariant, judge: () => ({ holds: true, text: "", violations: [], metrics: {} }) },
    })),
    /judges before anything happened/,
  ],
];

describe("a folder is refused for", () => {
  it.each(breaks)("%s", async (_, change, problem) => {
    const good = await read("token-bucket");
    const problems = problemsOf({ ...good, ...change(good) });
    expect(problems.join("\n")).toMatch(problem);
  });
});
