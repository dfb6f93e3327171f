/** Shown code on its way from server to page: text cut into runs, each with the kind of word it is. */

import type { SourceFile } from "@/lib/contract";

/** Kinds that get a look of their own; all else is plain. */
export const TOKEN_KINDS = ["plain", "keyword", "comment", "string", "function"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export interface HighlightedFile {
  path: string;
  name: string;
  language: SourceFile["language"];
  sha256: string;
  /** By line; each run is its text and the index of its kind. */
  lines: [string, number][][];
}

/** The variant that a shown file belongs to, by the naming rule of pattern folders; null: to all. */
export function variantOf(name: string, variants: readonly string[]): string | null {
  const stem = name.replace(/\.(ts|lua)$/, "");
  const lua = /^[a-z]+(?:-[a-z]+)*-\d+$/.test(stem) && name.endsWith(".lua");
  const owners = variants.filter((id) => (lua ? stem.replace(/-\d+$/, "").endsWith(`-${id}`) : stem === id));
  return owners.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** The files of one variant, TypeScript first, then its Lua, then what all share, tables last. */
export function filesOf(
  files: readonly HighlightedFile[],
  variant: string,
  variants: readonly string[],
): HighlightedFile[] {
  const rank = (file: HighlightedFile) => {
    if (file.language === "sql") return 3;
    if (variantOf(file.name, variants) === null) return 2;
    return file.language === "typescript" ? 0 : 1;
  };
  return files
    .filter((file) => [variant, null].includes(variantOf(file.name, variants)))
    .sort((a, b) => rank(a) - rank(b));
}
