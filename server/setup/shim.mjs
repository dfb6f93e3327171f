/** The clock shim (lib/redis/vclock.c), compiled where a C compiler is. Without it runs use the fallback clock. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
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
  const present = readdirSync(NATIVE);
  if (present.includes(name)) return shim;
  // A file of this name says that compiling this very source failed here before: the next start does not try again in vain.
  const compiler = findCompiler() ?? ((await aptInstall(["gcc", "libc6-dev"])) ? findCompiler() : null);
  if (!compiler) return fallback("there is no C compiler");
  step("Compiling the clock shim");
  const draft = `${shim}.${process.pid}`;
  const { code, output } = await run(compiler, [...FLAGS, "-o", draft, SHIM_SOURCE, "-ldl"], { quiet: true });
  if (code !== 0) return fallback(`${compiler} said: ${output.trim().split("\n")[0]}`);
  renameSync(draft, shim);
  for (const old of present.filter((file) => file.startsWith("vclock-"))) rmSync(join(NATIVE, old), { force: true });
  return shim;
}

const findCompiler = () => COMPILERS.map(onPath).find(Boolean) ?? null;

/** @param {string} why */
function fallback(why) {
  note(`No virtual clock (${why}): runs use the fallback clock, where pace "fast" waits a twentieth of each time.`);
  return "";
}
