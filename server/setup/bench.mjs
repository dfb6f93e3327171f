/** npm run bench [-- names]: prepares as npm test does, then measures. Only what opens pages waits for a build of them. */
import { ensureChromium } from "./chromium.mjs";
import { BENCH_BUNDLE } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { run } from "./run.mjs";
import { runMain } from "./say.mjs";

/** The bench that starts the server and a browser. */
const WITH_PAGES = "browser";

runMain(async () => {
  const names = process.argv.slice(2);
  const build = names.length === 0 || names.includes(WITH_PAGES);
  const browser = build ? { CHROMIUM_BIN: await ensureChromium() } : {};
  const env = { ...(await prepare({ build })), ...browser };
  const { bundleBench } = await import("./bundle.mjs");
  await bundleBench();
  const args = ["--enable-source-maps", BENCH_BUNDLE, ...names];
  const { code } = await run(process.execPath, args, { env });
  return code;
});
