/** The shown files of a pattern: the text that runs. At boot the server made sure that the disk holds what was built. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { SourceFile } from "../contract";
import { services } from "../run/accessor";

const LANGUAGES: Readonly<Record<string, SourceFile["language"]>> = { ".lua": "lua", ".sql": "sql" };

const cache = new Map<string, SourceFile[]>();

/** Files of all variants, each once. Empty for an unknown pattern. */
export function sourceFiles(id: string): SourceFile[] {
  const pattern = services().catalogue.patterns.find((candidate) => candidate.id === id);
  if (!pattern) return [];
  const known = cache.get(id);
  if (known && services().env.NODE_ENV === "production") return known;
  const names = [...new Set(pattern.variants.flatMap(({ files }) => files))];
  const files = names.map((name): SourceFile => {
    const path = `lib/patterns/${id}/${name}`;
    const text = readFileSync(join(process.cwd(), path), "utf8");
    return {
      path,
      language: LANGUAGES[extname(name)] ?? "typescript",
      text,
      sha256: createHash("sha256").update(text).digest("hex"),
    };
  });
  cache.set(id, files);
  return files;
}
