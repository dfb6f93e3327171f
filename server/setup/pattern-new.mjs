/** npm run pattern:new -- <id>: a folder that compiles and passes its tests, to write a pattern over. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, PATTERNS } from "./paths.mjs";
import { writeRegistry } from "./registry-files.mjs";
import { PATTERN_ID } from "./registry-text.mjs";
import { note, runMain, SetupError } from "./say.mjs";

const TEMPLATE = inRoot("server", "setup", "pattern-template");
const SUFFIX = ".template";
const LONGEST_ID = 40;

runMain(async () => {
  const ids = process.argv.slice(2);
  const [id = ""] = ids;
  if (ids.length !== 1)
    throw new SetupError("Usage: npm run pattern:new -- <id>, for example: npm run pattern:new -- leaky-bucket");
  if (!PATTERN_ID.test(id) || id.length > LONGEST_ID) {
    throw new SetupError(`"${id}" cannot be an id: lower-case words joined by "-", at most ${LONGEST_ID} characters.`);
  }
  const folder = join(PATTERNS, id);
  if (existsSync(folder)) throw new SetupError(`lib/patterns/${id} is there already.`);
  const words = id.replaceAll("-", " ");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  mkdirSync(folder);
  for (const template of readdirSync(TEMPLATE)) {
    const name = template.slice(0, -SUFFIX.length).replace(/^id\./, `${id}.`);
    const text = readFileSync(join(TEMPLATE, template), "utf8");
    writeFileSync(join(folder, name), text.replaceAll("{{id}}", id).replaceAll("{{title}}", title));
    note(`wrote lib/patterns/${id}/${name}`);
  }
  writeRegistry();
  note("Now see lib/patterns/README.md; npm run dev shows it, npm test -- unit redis checks it.");
});
