/** Where things are. Every path of the set-up comes from here. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {string[]} parts of a path from the repository root */
export const inRoot = (...parts) => join(ROOT, ...parts);

export const DIST = inRoot("dist");
export const SERVER_BUNDLE = inRoot("dist", "server.mjs");
export const BENCH_BUNDLE = inRoot("dist", "bench.mjs");
/** {"lib/patterns/<id>/<file>": sha256} of the shown files, as they were when the server was built. */
export const SHOWN_HASHES = inRoot("dist", "shown.json");
export const BUILD_STAMP = inRoot("dist", "build-stamp.json");
export const SETUP_LOCK = inRoot("dist", "setup.lock");
export const NATIVE = inRoot("dist", "native");
export const DATABASE_TEMPLATES = inRoot("dist", "postgres");
export const SHIM_SOURCE = inRoot("lib", "redis", "vclock.c");
export const MODULES = inRoot("node_modules");
export const MODULES_STAMP = inRoot("node_modules", ".playground-stamp");
export const LOCKFILE = inRoot("package-lock.json");
export const PATTERNS = inRoot("lib", "patterns");

/** Scripts of npm packages, started with this Node: no shim of npm in between that would outlive a signal. */
export const TOOLS = {
  biome: inRoot("node_modules", "@biomejs", "biome", "bin", "biome"),
  depcruise: inRoot("node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs"),
  knip: inRoot("node_modules", "knip", "bin", "knip.js"),
  next: inRoot("node_modules", "next", "dist", "bin", "next"),
  playwright: inRoot("node_modules", "@playwright", "test", "cli.js"),
  tsc: inRoot("node_modules", "typescript", "bin", "tsc"),
  tsx: inRoot("node_modules", "tsx", "dist", "cli.mjs"),
  vitest: inRoot("node_modules", "vitest", "vitest.mjs"),
};
