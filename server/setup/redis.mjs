/** Which redis-server the runs get: REDIS_SERVER_BIN, or the one on PATH, or one that apt installs. */
import { resolve } from "node:path";
import { aptInstall } from "./apt.mjs";
import { isExecutable, onPath } from "./run.mjs";
import { SetupError } from "./say.mjs";

const HELP = `redis-server was not found, and this user may not install it. One of these does:

  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server
  macOS            brew install redis
  Docker           docker run --rm -it -p 3000:3000 -e HOST=0.0.0.0 -v "$PWD":/playground -w /playground node:20-bookworm npm start

A binary elsewhere: REDIS_SERVER_BIN=/path/to/redis-server npm start`;

/** @returns {Promise<string>} absolute path @throws {SetupError} */
export async function ensureRedis() {
  const wanted = process.env.REDIS_SERVER_BIN;
  if (wanted) {
    const path = wanted.includes("/") ? resolve(wanted) : onPath(wanted);
    if (path && isExecutable(path)) return path;
    throw new SetupError(`REDIS_SERVER_BIN=${wanted}: no such program, or it may not be executed.`);
  }
  const found = findRedis() ?? ((await aptInstall(["redis-server"], ["redis-server.service"])) ? findRedis() : null);
  if (found) return found;
  throw new SetupError(HELP);
}

const findRedis = () => onPath("redis-server") ?? ["/usr/bin/redis-server"].find(isExecutable) ?? null;
