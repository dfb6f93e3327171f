/** npm run bench [-- names]: prepares as npm test does, then measures. */
import { ensureChromium } from "./chromium.mjs";
import { inRoot, TOOLS } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { runNode } from "./run.mjs";
import { runMain } from "./say.mjs";

runMain(async () => {
  const CHROMIUM_BIN = await ensureChromium();
  const env = { ...(await prepare({ build: true })), CHROMIUM_BIN };
  const { code } = await runNode(TOOLS.tsx, [inRoot("server", "bench", "index.ts"), ...process.argv.slice(2)], { env });
  return code;
});
