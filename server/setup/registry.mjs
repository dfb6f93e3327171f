/** npm run registry [-- --check]: writes (or only compares) the generated registries of lib/patterns. */
import { checkRegistry, patternIds, writeRegistry } from "./registry-files.mjs";
import { note, runMain } from "./say.mjs";

runMain(async () => {
  if (process.argv.includes("--check")) checkRegistry();
  else writeRegistry();
  note(`registry: ${patternIds().length} patterns`);
});
