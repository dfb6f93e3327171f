/** `next build` and the server bundle, when what they are made from has changed. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hashOf, readText } from "./hash.mjs";
import { BUILD_STAMP, DIST, inRoot, ROOT, SERVER_BUNDLE, SHOWN_HASHES, TOOLS } from "./paths.mjs";
import { runNode } from "./run.mjs";
import { SetupError, step } from "./say.mjs";

const SOURCES = [
  "app",
  "components",
  "lib",
  "public",
  "server",
  "next.config.js",
  "package.json",
  "package-lock.json",
  "postcss.config.mjs",
  "tsconfig.json",
];
const isTest = /\.test\.tsx?$/;

/** @returns {string} fingerprint of all that the build is made from */
const sourcesHash = () => `${hashOf(ROOT, SOURCES, (path) => !isTest.test(path))} ${process.version}`;

/** @returns {boolean} */
function isBuildFresh() {
  const products = [SERVER_BUNDLE, SHOWN_HASHES, inRoot(".next", "BUILD_ID")];
  return readText(BUILD_STAMP) === sourcesHash() && products.every((path) => existsSync(path));
}

/** @throws {SetupError} */
export async function ensureBuild() {
  if (isBuildFresh()) return;
  // Taken before the build: what is edited meanwhile makes the next start build again.
  const hash = sourcesHash();
  mkdirSync(DIST, { recursive: true });
  rmSync(BUILD_STAMP, { force: true });
  step("Building the pages (about 20 s)");
  const { code } = await runNode(TOOLS.next, ["build"], { env: { NODE_ENV: "production" } });
  if (code !== 0) throw new SetupError(`next build failed with code ${code}; its messages are above.`);
  step("Bundling the server");
  const { bundleServer } = await import("./bundle.mjs");
  await bundleServer();
  writeFileSync(BUILD_STAMP, hash);
}
