/** What every entry script needs before its own work, one set-up at a time. */
import { ensureBuild } from "./build-step.mjs";
import { ensureDatabaseTemplate } from "./database.mjs";
import { withLock } from "./lock.mjs";
import { ensureModules } from "./modules.mjs";
import { SETUP_LOCK } from "./paths.mjs";
import { ensureRedis } from "./redis.mjs";
import { writeRegistry } from "./registry-files.mjs";
import { SetupError } from "./say.mjs";
import { ensureShim } from "./shim.mjs";

const OLDEST_NODE = "20.19";

/**
 * Installs, compiles and, when asked, builds what is missing or stale.
 * @param {{ build: boolean }} wanted
 * @returns {Promise<{ REDIS_SERVER_BIN: string, CLOCK_SHIM: string, DATABASE_TEMPLATE: string }>} environment for the
 *   server, absolute paths; no shim: ""; no template, because DATABASE_URL names a server: ""
 */
export function prepare({ build }) {
  if (process.versions.node.localeCompare(OLDEST_NODE, "en", { numeric: true }) < 0) {
    throw new SetupError(`Node ${OLDEST_NODE} or later is needed; this is ${process.version}.`);
  }
  return withLock(SETUP_LOCK, async () => {
    await ensureModules();
    const REDIS_SERVER_BIN = await ensureRedis();
    const CLOCK_SHIM = await ensureShim();
    const DATABASE_TEMPLATE = await ensureDatabaseTemplate();
    if (build) {
      writeRegistry();
      await ensureBuild();
    }
    return { REDIS_SERVER_BIN, CLOCK_SHIM, DATABASE_TEMPLATE };
  });
}
