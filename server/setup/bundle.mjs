/** The server as one file, and the hashes of the files that the code pane shows. Needs node_modules: import it dynamically. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { build, stop } from "esbuild";
import { sha256 } from "./hash.mjs";
import { BENCH_BUNDLE, DIST, inRoot, PATTERNS, ROOT, SHOWN_HASHES } from "./paths.mjs";

const inPattern = /[\\/]lib[\\/]patterns[\\/][^\\/]+[\\/][^\\/]+\.ts$/;

/** @type {import("esbuild").BuildOptions} */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: true,
  sourcesContent: true,
  logLevel: "warning",
  tsconfig: inRoot("tsconfig.json"),
};

/** The benches, compiled as the server is: tsx would add a cost of its own to every function. */
export async function bundleBench() {
  await build({ ...OPTIONS, entryPoints: [inRoot("server", "bench", "index.ts")], outfile: BENCH_BUNDLE });
}

/** Writes dist/server.mjs, the entries of its worker threads and dist/shown.json. @throws when the code does not compile */
export async function bundleServer() {
  /** @type {Record<string, string>} */
  const shown = {};
  await build({
    ...OPTIONS,
    entryPoints: {
      server: inRoot("server", "index.ts"),
      "explore-worker": inRoot("server", "explore-worker.ts"),
      "database-worker": inRoot("server", "database-worker.ts"),
    },
    outdir: DIST,
    outExtension: { ".js": ".mjs" },
    plugins: [
      { name: "shown-files", setup: (it) => it.onLoad({ filter: inPattern }, (file) => loadShown(file.path, shown)) },
    ],
  });
  // esbuild's helper process would stay for as long as we do, and `npm start` stays.
  await stop();
  // Lua and SQL are read from disk when the server boots; it compares with what was there now.
  for (const file of filesReadAtBoot()) shown[file] = sha256(readFileSync(inRoot(file)));
  const sorted = Object.fromEntries(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(`${SHOWN_HASHES}.new`, `${JSON.stringify(sorted, null, 2)}\n`);
  renameSync(`${SHOWN_HASHES}.new`, SHOWN_HASHES);
}

/** Hashes the very text that esbuild compiles: reading the file a second time could read another version of it. */
async function loadShown(/** @type {string} */ path, /** @type {Record<string, string>} */ shown) {
  const contents = await readFile(path);
  shown[relative(ROOT, path).split(sep).join("/")] = sha256(contents);
  return { contents, loader: /** @type {const} */ ("ts") };
}

const filesReadAtBoot = () =>
  readdirSync(PATTERNS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(inRoot("lib", "patterns", name)).map((file) => `lib/patterns/${name}/${file}`))
    .filter((path) => path.endsWith(".lua") || path.endsWith(".sql"));
