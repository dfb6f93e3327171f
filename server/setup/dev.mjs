/** npm run dev: the server restarts when its files change, Next reloads the pages. */
import { TOOLS } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { writeRegistry } from "./registry-files.mjs";
import { endingWithUs } from "./run.mjs";
import { runMain } from "./say.mjs";
import { serve } from "./serve.mjs";

runMain(async () => {
  const env = await prepare({ build: false });
  writeRegistry();
  // tsx does not watch its stdin's end as the server does, so the kernel ends it with us.
  const commandLine = endingWithUs(process.execPath, [TOOLS.tsx, "watch", "--clear-screen=false", "server/index.ts"]);
  return serve(commandLine, { ...env, NODE_ENV: "development" });
});
