/** npm run build: what npm start would build, and no server. */
import { prepare } from "./prepare.mjs";
import { note, runMain } from "./say.mjs";

runMain(async () => {
  await prepare({ build: true });
  note("the build is up to date");
});
