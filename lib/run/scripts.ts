/** The Lua files of a pattern, from disk: `take-safe-1.lua` becomes the command `takeSafe` with one key. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface LuaScript {
  /** `take-safe-1.lua` */
  file: string;
  /** `takeSafe` */
  command: string;
  numberOfKeys: number;
  text: string;
  sha1: string;
}

const NAME = /^([a-z][a-z0-9-]*)-(\d+)\.lua$/;

/** @throws Error when a file's name does not say how many keys it takes. */
export function loadScripts(patternDirectory: string): LuaScript[] {
  return readdirSync(patternDirectory)
    .filter((file) => file.endsWith(".lua"))
    .sort()
    .map((file) => {
      const [, stem, keys] = NAME.exec(file) ?? [];
      if (!stem || !keys)
        throw new Error(`${join(patternDirectory, file)}: name it <verb>-<variant>-<number of keys>.lua`);
      const text = readFileSync(join(patternDirectory, file), "utf8");
      return {
        file,
        command: stem.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
        numberOfKeys: Number(keys),
        text,
        sha1: createHash("sha1").update(text).digest("hex"),
      };
    });
}
