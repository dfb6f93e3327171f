/** What the embedded PostgreSQL starts from: a directory that has been through initdb, made once and copied at each start. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_TEMPLATES, inRoot } from "./paths.mjs";
import { step } from "./say.mjs";

/** @returns {Promise<string>} absolute path; "" when DATABASE_URL names a server */
export async function ensureDatabaseTemplate() {
  if (process.env.DATABASE_URL) return "";
  const manifest = inRoot("node_modules", "@electric-sql", "pglite", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  const template = join(DATABASE_TEMPLATES, version);
  if (existsSync(template)) return template;
  step("Preparing the embedded PostgreSQL (some seconds)");
  mkdirSync(DATABASE_TEMPLATES, { recursive: true });
  const draft = `${template}.${process.pid}`;
  // Here and not above: it may just have been installed.
  const { PGlite } = await import("@electric-sql/pglite");
  try {
    const database = await PGlite.create(draft);
    await database.close();
    renameSync(draft, template);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return template;
}
