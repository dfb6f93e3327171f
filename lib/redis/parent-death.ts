/**
 * How a redis-server is made to die with us, even after `kill -9`: on Linux the kernel sends it SIGKILL when our thread ends
 * (`setpriv --pdeathsig`, util-linux); elsewhere a shell holds the read end of a pipe from us and kills it at end of file.
 * Both were tried (reference/redis-findings.md, "Ending with the parent"). Spawn from the main thread only: Linux ties the
 * signal to the thread that forked.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

function onPath(name: string): string | null {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not in this directory
    }
  }
  return null;
}

/** What stands between us and the server where there is no setpriv. */
export const SHELL = "/bin/sh";

const SHELL_GUARD = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
(cat <&3 >/dev/null; kill -9 "$server" 2>/dev/null) & guard=$!
wait "$server"; code=$?
kill "$guard" 2>/dev/null
exit "$code"`;

/** The command line that starts `command` so that it ends with this process. stdin must be a pipe that we keep open. */
export function withParentDeath(command: string, args: readonly string[]): { command: string; args: string[] } {
  const setpriv = process.platform === "linux" ? onPath("setpriv") : null;
  if (setpriv) return { command: setpriv, args: ["--pdeathsig", "KILL", command, ...args] };
  return { command: SHELL, args: ["-c", SHELL_GUARD, "redis-guard", command, ...args] };
}
