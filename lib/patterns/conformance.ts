/** What a pattern's folder must have and keep. Pure: the test reads the disk, and breaks copies to see each rule fail. */
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import type { Pattern, Stage } from "../contract";
import { parseTables, TABLES_FILE } from "../database/pattern-tables";

/** A folder of `lib/patterns`, as read. */
export interface Folder {
  name: string;
  /** Text by file name. */
  files: Readonly<Record<string, string>>;
  pattern: Pattern;
  stage: Stage;
}

const MAX_SHOWN_LINES = 80;
const LUA_NAME = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-(\d+)\.lua$/;
const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const DATABASE_FAULTS = ["fail-database", "slow-database", "heal-database"];
const NODE_FAULTS = ["kill", "restart-empty", "pause-node", "resume-node", "partition", "delay", "heal", "clock-jump"];
const ALWAYS_OFFERED = ["kill-redis", "restart-redis"];
/** What pattern files may import at run time besides their own folder and what their family shares. */
const AT_RUN_TIME = ["../../contract", "../../events", "zod"];
const FAMILY = "../../families/";
/** The one file of a family that brings zod. */
const FAMILY_SCHEMA = /^\.\.\/\.\.\/families\/([^/]+\/)?schema$/;

type Check = (folder: Folder) => string[];

/** @returns one sentence per rule that the folder breaks */
export function problemsOf(folder: Folder): string[] {
  const missing = parts(folder);
  return missing.length ? missing : checks.flatMap((check) => check(folder).map((text) => `${folder.name}: ${text}`));
}

function parts({ name, files }: Folder): string[] {
  const wanted = ["pattern.ts", "scenarios.ts", "stage.ts", "lesson.md", `${name}.test.ts`, `${name}.redis.test.ts`];
  return wanted.filter((file) => !Object.hasOwn(files, file)).map((file) => `${name}: lacks ${file}`);
}

const identity: Check = ({ name, pattern }) => [
  ...(pattern.id === name ? [] : [`its id is "${pattern.id}", its folder "${name}"`]),
  ...(ID.test(name) ? [] : ["its name is not lower-case words joined by -"]),
  ...(pattern.invariant.text.endsWith(".") ? [] : ["the invariant is not a sentence"]),
];

const variants: Check = ({ pattern, files }) => {
  const ids = pattern.variants.map(({ id }) => id);
  const actions = new Set(pattern.actions.map(({ id }) => id));
  return [
    ...(ids[0] === "as-written" ? [] : ["the first variant is not as-written"]),
    ...(ids.includes("safe") ? [] : ["there is no variant safe"]),
    ...repeated(ids).map((id) => `variant ${id} is there twice`),
    ...pattern.variants.flatMap((variant) => [
      ...(variant.files[0]?.endsWith(".ts") ? [] : [`${variant.id} shows no TypeScript first`]),
      ...variant.files
        .filter((file) => !Object.hasOwn(files, file))
        .map((file) => `${variant.id} shows ${file}, which is not there`),
      ...Object.keys(variant.actions)
        .filter((id) => !actions.has(id))
        .map((id) => `${variant.id} has code for an unknown action ${id}`),
    ]),
  ];
};

const shownFiles: Check = ({ pattern, files }) =>
  [...new Set(pattern.variants.flatMap((variant) => variant.files))].flatMap((file) => {
    const lines = (files[file] ?? "").trimEnd().split("\n").length;
    return lines > MAX_SHOWN_LINES ? [`${file} has ${lines} lines; what is shown has at most ${MAX_SHOWN_LINES}`] : [];
  });

const lua: Check = ({ pattern, files }) =>
  Object.entries(files)
    .filter(([file]) => file.endsWith(".lua"))
    .flatMap(([file, text]) => {
      const [, stem = "", keys] = LUA_NAME.exec(file) ?? [];
      if (!stem) return [`${file} is not named <verb>-<variant>-<number of keys>.lua`];
      const lines = text.split("\n");
      const codeAt = lines.findIndex((line) => !line.startsWith("--"));
      const [header, code] = [lines.slice(0, codeAt).join("\n"), lines.slice(codeAt).join("\n").replace(/--.*$/gm, "")];
      const highest = Math.max(0, ...[...code.matchAll(/\bKEYS\[(\d+)\]/g)].map(([, n]) => Number(n)));
      const unexplained = [...new Set(code.match(/\b(?:KEYS|ARGV)\[\d+\]/g))].filter((word) => !header.includes(word));
      const users = pattern.variants.filter((variant) => variant.files.includes(file));
      return [
        ...(highest === Number(keys) ? [] : [`${file} says ${keys} keys; the highest it uses is KEYS[${highest}]`]),
        ...(codeAt > 0 && /^-- Returns\b/m.test(header)
          ? []
          : [`${file} has no header that says what it does and returns`]),
        ...unexplained.map((word) => `the header of ${file} does not explain ${word}`),
        ...(users.some(({ id }) => stem.endsWith(`-${id}`))
          ? []
          : [`${file} is not shown by the variant that it is named after`]),
      ];
    });

const database: Check = ({ pattern, files }) => {
  const text = files[TABLES_FILE];
  const faults = new Set(pattern.faults.map(({ id }) => id));
  if (!pattern.database) return text === undefined ? [] : [`it has ${TABLES_FILE} and declares no database`];
  return [
    ...(text === undefined ? [`it declares a database and has no ${TABLES_FILE}`] : tablesProblem(text)),
    ...(pattern.params.some(({ id }) => id === "databaseMs") ? [] : ["it has a database and no parameter databaseMs"]),
    ...DATABASE_FAULTS.filter((id) => !faults.has(id)).map((id) => `it has a database and no fault ${id}`),
    ...pattern.variants
      .filter((variant) => variant.files.at(-1) !== TABLES_FILE)
      .map(({ id }) => `${id} does not show ${TABLES_FILE} last`),
  ];
};

function tablesProblem(text: string): string[] {
  try {
    return parseTables(text).tables.length ? [] : [`${TABLES_FILE} makes no table`];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What can break where there are several servers; each is looked at by its number. */
const nodes: Check = ({ pattern }) => {
  const faults = pattern.faults.map(({ id }) => id);
  const offered = NODE_FAULTS.filter((id) => faults.includes(id));
  if (!pattern.nodes) return offered.map((id) => `it has no nodes and a fault ${id}`);
  return [
    ...NODE_FAULTS.filter((id) => !faults.includes(id)).map((id) => `it has nodes and no fault ${id}`),
    ...pattern.scenarios.flatMap(({ id, race }) =>
      [...Object.values(race?.reaches ?? {}).flat(), ...(race?.restarts ?? [])]
        .filter((node) => node < 1 || node > (pattern.nodes ?? 0))
        .map((node) => `scenario ${id} names a node ${node}`),
    ),
  ];
};

const parameters: Check = ({ pattern }) => {
  const specs = new Map(pattern.params.map((spec) => [spec.id, spec]));
  const outside = (id: string, value: number | undefined) => {
    const spec = specs.get(id);
    return !spec || value === undefined || value < spec.min || value > spec.max;
  };
  return [
    ...pattern.params
      .filter((spec) => outside(spec.id, spec.default))
      .map(({ id }) => `the default of ${id} is out of its bounds`),
    ...pattern.scenarios.flatMap((scenario) =>
      Object.entries(scenario.params ?? {})
        .filter(([id, value]) => outside(id, value))
        .map(([id]) => `scenario ${scenario.id} sets ${id} to what it cannot be`),
    ),
  ];
};

const scenarios: Check = ({ pattern }) => {
  const wanted = pattern.variants.map(({ id }) => id).sort();
  return [
    ...repeated(pattern.scenarios.map(({ id }) => id)).map((id) => `scenario ${id} is there twice`),
    ...pattern.scenarios.flatMap(({ id, expect }) => {
      const given = Object.keys(expect).sort();
      return given.join() === wanted.join()
        ? []
        : [`scenario ${id} expects of ${given.join(", ")}; the variants are ${wanted.join(", ")}`];
    }),
    ...pattern.scenarios.flatMap(({ id, race: { order = [] } = {} }) =>
      Array.isArray(order)
        ? []
        : Object.keys(order)
            .filter((variant) => !wanted.includes(variant))
            .map((variant) => `scenario ${id} has an order for an unknown variant ${variant}`),
    ),
    ...(pattern.scenarios.some(({ expect }) => expect["as-written"] === "breaks" && expect.safe === "holds")
      ? []
      : ["in no scenario does as-written break while safe holds"]),
  ];
};

const actions: Check = ({ pattern }) => [
  ...pattern.actions.flatMap(({ id, body, actorField }) => [
    ...(body.safeParse({ "no such field": 1 }).error?.issues.some(({ code }) => code === "unrecognized_keys")
      ? []
      : [`the body of ${id} takes unknown fields`]),
    ...(actorField === undefined || Object.hasOwn(body.shape, actorField)
      ? []
      : [`${id} acts as a field that its body has not: ${actorField}`]),
  ]),
  ...(pattern.actions.filter(({ primary }) => primary).length === 1 ? [] : ["not exactly one action is primary"]),
  ...pattern.actions
    .filter(({ spread }) => spread && !pattern.actions.some(({ id, spread: more }) => id === spread.action && !more))
    .map(({ id }) => `${id} is spread over an action that is not there`),
  ...(pattern.trafficAction === undefined || pattern.actions.some(({ id }) => id === pattern.trafficAction)
    ? []
    : [`traffic repeats an unknown action ${pattern.trafficAction}`]),
  ...ALWAYS_OFFERED.filter((id) => !pattern.faults.some((fault) => fault.id === id)).map(
    (id) => `there is no fault ${id}`,
  ),
];

const lesson: Check = ({ pattern, files }) => {
  const [, yaml, body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(files["lesson.md"] ?? "") ?? [];
  if (yaml === undefined) return ["lesson.md has no front matter"];
  const meta = (parse(yaml) ?? {}) as Record<string, unknown>;
  const predict = (meta.predict ?? {}) as { question?: string; options?: string[]; answer?: number; because?: string };
  const right = predict.options?.[predict.answer ?? -1];
  const named = (what: string) => [...body.matchAll(new RegExp(`^${what}: *(\\S+) *$`, "gm"))].map(([, id = ""]) => id);
  const known = (list: readonly { id: string }[]) => new Set(list.map(({ id }) => id));
  const [scenarioIds, variantIds] = [known(pattern.scenarios), known(pattern.variants)];
  return [
    ...["structure", "useWhen", "notWhen"]
      .filter((key) => typeof meta[key] !== "string" || !meta[key])
      .map((key) => `lesson.md does not say ${key}`),
    ...(predict.question && predict.because && right !== undefined
      ? []
      : ["lesson.md has no predict question with a right answer"]),
    ...(/^## \S/m.test(body) ? [] : ["lesson.md has no sections"]),
    ...named("scenario")
      .filter((id) => !scenarioIds.has(id))
      .map((id) => `lesson.md names an unknown scenario ${id}`),
    ...named("variant")
      .filter((id) => !variantIds.has(id))
      .map((id) => `lesson.md names an unknown variant ${id}`),
  ];
};

interface Import {
  from: string;
  typeOnly: boolean;
}
function importsOf(text: string): Import[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^"';]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].map(([, type, from, bare, dynamic]) => ({
    from: from ?? bare ?? dynamic ?? "",
    typeOnly: type !== undefined,
  }));
}

const imports: Check = ({ pattern, files }) => {
  const shown = new Set(pattern.variants.flatMap((variant) => variant.files));
  const own = Object.keys(files).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  return own.flatMap((file) =>
    importsOf(files[file] ?? "").flatMap(({ from, typeOnly }) => {
      const inside = from.startsWith("./");
      const allowed =
        inside ||
        from.startsWith(FAMILY) ||
        (typeOnly ? from.startsWith("../../") || from === "ioredis" : AT_RUN_TIME.includes(from));
      if (!allowed) return [`${file} imports ${from}, which a pattern may not`];
      if (shown.has(file) && !inside && !(typeOnly && (from === "../../contract" || from.startsWith(FAMILY))))
        return [`${file} is shown and imports ${from}: it gets all from its context`];
      return [];
    }),
  );
};

/** The browser loads the stage first: no zod in what it reaches at run time, not by way of the events either. */
const stageIsLight: Check = ({ files }) => {
  const reached = new Set(["stage.ts"]);
  const heavy: string[] = [];
  for (const file of reached)
    for (const { from, typeOnly } of importsOf(files[file] ?? "")) {
      if (typeOnly) continue;
      if (from.startsWith("./")) reached.add(`${from.slice(2)}.ts`);
      else if (from !== "../../contract" && (!from.startsWith(FAMILY) || FAMILY_SCHEMA.test(from)))
        heavy.push(`${file} brings ${from} into the browser's first load`);
    }
  return heavy;
};

const beginnings: Check = ({ pattern, stage }) => {
  const params = Object.fromEntries(pattern.params.map((spec) => [spec.id, spec.default]));
  const state = stage.initial();
  const judged = pattern.invariant.judge(pattern.invariant.initial(params));
  return [
    ...(stage.panels(state, 0, null).length ? [] : ["the stage shows nothing at the start"]),
    ...(isDeepStrictEqual(JSON.parse(JSON.stringify(state)), state) ? [] : ["the stage's state is not JSON"]),
    ...(judged.holds === null ? [] : ["the invariant judges before anything happened"]),
  ];
};

const repeated = (ids: string[]) => ids.filter((id, i) => ids.indexOf(id) !== i);

const checks: readonly Check[] = [
  identity,
  variants,
  shownFiles,
  lua,
  database,
  nodes,
  parameters,
  scenarios,
  actions,
  lesson,
  imports,
  stageIsLight,
  beginnings,
];
