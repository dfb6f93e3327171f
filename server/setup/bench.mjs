/** npm run bench [-- names]: prepares as npm test does, then measures. */
import { ensureChromium } from "./chromium.mjs";
import { BENCH_BUNDLE } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";
import { runMain } from "./say.mjs";

runMain(async () => {
  const CHROMIUM_BIN = await ensureChromium();
  const env = { ...(await prepare({ build: true })), CHROMIUM_BIN };
  const { bundleBench } = await import("./bundle.mjs");
  await bundleBench();
  const args = ["--enable-source-maps", BENCH_BUNDLE, ...process.argv.slice(2)];
  const { code } = await run(process.execPath, args, { env });
  return code;
});
