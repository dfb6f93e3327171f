/** Shown = executed: the build noted the sha256 of each pattern file it compiled; a disk that differs stops the boot. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** @throws Error naming the files that differ from the build */
export function checkShownFiles(manifestPath = "dist/shown.json"): void {
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as Record<string, string>;
  const differing = Object.entries(manifest).filter(([path, sha256]) => sha256Of(path) !== sha256);
  if (differing.length === 0) return;
  const list = differing.map(([path]) => `  ${path}`).join("\n");
  throw new Error(`These files are not the ones that were built; run \`npm start\` to build anew:\n${list}`);
}

function sha256Of(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}
