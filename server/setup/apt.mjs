/** System packages through apt, where that is possible without asking anybody: as root, or with a sudo that wants no password. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onPath, run } from "./run.mjs";
import { note, step } from "./say.mjs";

/** Debian's own switch: services are not started by package scripts while this answers 101. */
const POLICY_FILE = "/usr/sbin/policy-rc.d";
const POLICY =
  "#!/bin/sh\n# Of the Redis Patterns Playground while it installs a package: start no service. Removed afterwards.\nexit 101\n";

/** @returns {Promise<string[] | null>} what to put before a command to run it as root; null: not possible */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = onPath("sudo");
  if (!sudo) return null;
  const { code } = await run(sudo, ["-n", "true"], { quiet: true });
  return code === 0 ? [sudo, "-n"] : null;
}

/**
 * Installs Debian packages. No service that they bring is started, now or at the next boot.
 * @param {readonly string[]} packages
 * @param {readonly string[]} [services] units to disable afterwards
 * @returns {Promise<boolean>} false when apt is not here, not allowed, or failed
 */
export async function aptInstall(packages, services = []) {
  const apt = process.platform === "linux" ? onPath("apt-get") : null;
  const prefix = apt && (await rootPrefix());
  if (!apt || !prefix) return false;
  const asRoot = (/** @type {string[]} */ ...command) => {
    const [program = "", ...args] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", ...command];
    return run(program, args, { outliving: true });
  };
  const options = ["-q", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=120"];
  step(`Installing ${packages.join(", ")} with apt`);
  const updated = await asRoot(apt, "update", ...options);
  if (updated.code !== 0) note("apt-get update failed; trying with the lists that are here");
  const release = await holdServices(asRoot);
  try {
    const { code } = await asRoot(apt, "install", "-y", "--no-install-recommends", ...options, ...packages);
    if (code === 0 && onPath("systemctl"))
      for (const unit of services) await asRoot("systemctl", "disable", "-q", unit);
    return code === 0;
  } finally {
    await release();
  }
}

/**
 * Puts the policy file there, unless the machine has one of its own, which then decides.
 * @param {(...command: string[]) => Promise<unknown>} asRoot
 * @returns {Promise<() => Promise<unknown>>} removes it
 */
async function holdServices(asRoot) {
  // One of ours may be left from a set-up that was killed.
  const foreign = existsSync(POLICY_FILE) && readFileSync(POLICY_FILE, "utf8") !== POLICY;
  if (foreign) return async () => undefined;
  const mine = join(tmpdir(), `policy-rc.d.${process.pid}`);
  writeFileSync(mine, POLICY);
  await asRoot("install", "-m", "755", mine, POLICY_FILE);
  rmSync(mine);
  return () => asRoot("rm", "-f", POLICY_FILE);
}
