/** The clock shim (lib/redis/vclock.c), compiled where a C compiler is. Without it runs use the fallback clock. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aptInstall } from "./apt.mjs";
import { sha256 } from "./hash.mjs";
import { NATIVE, SHIM_SOURCE } from "./paths.mjs";
import { onPath, run } from "./run.mjs";
import { note, step } from "./say.mjs";

const COMPILERS = ["cc", "gcc", "clang"];
const FLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden"];

/** @returns {Promise<string>} absolute path of the shared object; "" when there is none */
export async function ensureShim() {
  if (process.platform !== "linux") return fallback(`it needs Linux, this is ${process.platform}`);
  const hash = sha256(`${readFileSync(SHIM_SOURCE)}${FLAGS} ${process.arch}`).slice(0, 12);
  const name = `vclock-${hash}.so`;
  const shim = join(NATIVE, name);
  mkdirSync(NATIVE, { recursive: true });
  if (existsSync(shim)) return shim;
  const compiler = findCompiler() ?? (await installCompiler());
  if (!compiler) return fallback("there is no C compiler");
  step("Compiling the clock shim");
  const draft = `${shim}.${process.pid}`;
  const { code, output } = await run(compiler, [...FLAGS, "-o", draft, SHIM_SOURCE, "-ldl"], { quiet: true });
  if (code !== 0) return fallback(`${compiler} said: ${output.trim().split("\n")[0]}`);
  renameSync(draft, shim);
  return shim;
}

/** Tried once: a machine where it failed shall not wait for it at every start. */
async function installCompiler() {
  const tried = join(NATIVE, "compiler-not-installed");
  if (existsSync(tried)) return null;
  if (await aptInstall(["gcc", "libc6-dev"])) return findCompiler();
  writeFileSync(tried, "Remove this file to have the next start try apt again.\n");
  return null;
}

const findCompiler = () => COMPILERS.map(onPath).find(Boolean) ?? null;

/** @param {string} why */
function fallback(why) {
  note(`No virtual clock (${why}): runs use the fallback clock, where pace "fast" waits a twentieth of each time.`);
  return "";
}
