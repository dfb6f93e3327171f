/** npm start: from a fresh clone, or an old one, to a running server. */
import { SERVER_BUNDLE } from "./paths.mjs";
import { prepare } from "./prepare.mjs";
import { runMain } from "./say.mjs";
import { serve } from "./serve.mjs";

runMain(async () => {
  const env = await prepare({ build: true });
  return serve([process.execPath, ["--enable-source-maps", SERVER_BUNDLE]], { ...env, NODE_ENV: "production" });
});
