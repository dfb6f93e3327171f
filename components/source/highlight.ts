/** Server only: shiki and its grammars never reach the browser. */
import { bundledLanguages, createCssVariablesTheme, createHighlighter, type Highlighter } from "shiki";
import type { SourceFile } from "@/lib/contract";
import { type HighlightedFile, TOKEN_KINDS, type TokenKind } from "./highlighted";

const theme = createCssVariablesTheme({ name: "calm", variablePrefix: "--t-" });
const { typescript, lua, sql } = bundledLanguages;

let highlighter: Promise<Highlighter> | null = null;
const done = new Map<string, HighlightedFile>();

const KINDS: Record<string, TokenKind> = {
  "--t-token-keyword": "keyword",
  "--t-token-comment": "comment",
  "--t-token-string": "string",
  "--t-token-string-expression": "string",
  "--t-token-function": "function",
};

function kindOf(color: string | undefined): number {
  const name = /var\((--[a-z-]+)/.exec(color ?? "")?.[1] ?? "";
  return TOKEN_KINDS.indexOf(KINDS[name] ?? "plain");
}

/** Cuts a file into words on the server: the browser gets no highlighter and no grammar. Done once per text. */
export async function highlight(file: SourceFile): Promise<HighlightedFile> {
  const known = done.get(file.sha256);
  if (known) return known;
  highlighter ??= createHighlighter({ themes: [theme], langs: [typescript, lua, sql] });
  const { tokens } = (await highlighter).codeToTokens(file.text.replace(/\n$/, ""), {
    lang: file.language,
    theme: "calm",
  });
  const lines = tokens.map((line) => {
    const runs: [string, number][] = [];
    for (const { content, color } of line) {
      const kind = kindOf(color);
      const last = runs.at(-1);
      if (last && (last[1] === kind || content.trim() === "")) last[0] += content;
      else runs.push([content, kind]);
    }
    return runs;
  });
  const { path, language, sha256 } = file;
  const made = { path, name: path.split("/").at(-1) ?? path, language, sha256, lines };
  done.set(sha256, made);
  return made;
}
