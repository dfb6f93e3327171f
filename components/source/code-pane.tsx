"use client";

import { memo, useEffect, useRef } from "react";
import { actorHue } from "../run/actors";
import { useSession, useStore } from "../run/hooks";
import type { RunStore } from "../run/run-store";
import { Scroll } from "../ui/scroll";
import { filesOf, type HighlightedFile, TOKEN_KINDS } from "./highlighted";
import { litAt } from "./lit";

/** The code that runs: the line of the latest command at the playhead is lit, the script that it called is marked. */
export function CodePane({ files }: { files: HighlightedFile[] }) {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const lit = litAt(store);
  const hue = actorHue(lit ? store.facts.actors.get(lit.actor)?.index : undefined);
  const variants = session.pattern.variants.map(({ id }) => id);
  const shown = filesOf(files, variantAt(store) || (variants[0] ?? ""), variants);
  const pane = useRef<HTMLDivElement>(null);
  const where = lit ? `${lit.path}:${lit.line}` : null;

  useEffect(() => {
    const box = pane.current;
    const line = where === null ? null : box?.querySelector<HTMLElement>("[data-lit]");
    if (!box || !line) return;
    const { top, bottom } = line.getBoundingClientRect();
    const view = box.getBoundingClientRect();
    if (top < view.top + 30 || bottom > view.bottom) box.scrollTop += top - view.top - view.height / 3;
  }, [where]);

  return (
    <Scroll ref={pane} label="Code" className="h-full overflow-y-auto pb-6">
      {shown.map((file) => (
        <CodeFile
          key={file.path}
          file={file}
          line={lit?.path === file.path ? lit.line : null}
          called={lit?.script === file.name}
          hue={hue}
        />
      ))}
    </Scroll>
  );
}

/** The variant that ran at the playhead: older than now when one has scrubbed back past a change. */
function variantAt(store: RunStore): string {
  if (store.playhead.live) return store.facts.variant;
  return store.variantAt(store.playhead.seq) ?? store.facts.variant;
}

interface FileProps {
  file: HighlightedFile;
  line: number | null;
  called: boolean;
  hue: string;
}

const CodeFile = memo(function CodeFile({ file, line, called, hue }: FileProps) {
  return (
    <section aria-label={file.name} className="border-l-3" style={{ borderColor: called ? hue : "transparent" }}>
      <h2 className="sticky top-0 z-1 flex items-baseline gap-3 bg-bg py-2 pr-4 pl-3 text-[12.5px]">
        <span className="font-medium">{file.name}</span>
        {called && <span style={{ color: hue }}>called</span>}
        <span className="ml-auto text-soft" title={`sha256 ${file.sha256}: the text that the build compiled`}>
          runs as shown <span className="font-mono text-[11.5px]">{file.sha256.slice(0, 8)}</span>
        </span>
      </h2>
      <ol className="font-mono text-[12px] leading-[1.6]">
        {file.lines.map((runs, i) => {
          const on = line === i + 1;
          return (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number; the text never changes
              key={i}
              data-lit={on ? "" : undefined}
              className={`flex pr-3 ${on ? "bg-lit" : ""}`}
              style={on ? { boxShadow: `inset 3px 0 0 ${hue}` } : undefined}
            >
              <span aria-hidden="true" className="w-9 shrink-0 pr-3 text-right text-soft select-none">
                {i + 1}
              </span>
              <code className="code-line min-w-0 flex-1 whitespace-pre-wrap [overflow-wrap:anywhere]">
                <Runs runs={runs} />
                {on && <span className="sr-only"> (sent the latest command)</span>}
              </code>
            </li>
          );
        })}
      </ol>
    </section>
  );
});

/** One line's words. Leading space stays; wrapped lines hang under it. */
export const Runs = memo(function Runs({ runs }: { runs: [string, number][] }) {
  return runs.map(([text, kind], i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the runs of a line never change
    <span key={i} className={`token-${TOKEN_KINDS[kind] ?? "plain"}`}>
      {text}
    </span>
  ));
});
