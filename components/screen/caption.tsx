"use client";

import { useWalk } from "../lesson/walk-context";
import { actorHue } from "../run/actors";
import { useSession, useStore } from "../run/hooks";
import { Runs } from "../source/code-pane";
import type { HighlightedFile } from "../source/highlighted";
import { litFor } from "../source/lit";
import { toldAt } from "../stage/sentences";
import { ModeLabel } from "./header";

/** Projector mode's last line: what just happened, and the line of code that did it. */
export function Caption({ files }: { files: HighlightedFile[] }) {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const walk = useWalk();
  const told = toldAt(store);
  const lit = told && litFor(store, told.event);
  const file = lit && files.find(({ path }) => path === lit.path);
  const runs = file && lit ? file.lines[lit.line - 1] : undefined;
  const { variant } = store.facts;
  return (
    <footer className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-8 gap-y-2 border-t border-hair pt-4 text-[20px]">
      {walk.stop && (
        <p role="status" aria-label="Lesson" className="col-span-2 truncate text-soft">
          {(walk.at ?? 0) + 1} of {walk.stops.length}: <strong className="text-ink">{walk.stop.title}</strong>
          {walk.isPlaying ? ", playing" : ""}
          {walk.problem === null ? "" : `. ${walk.problem}`}
        </p>
      )}
      <p className="min-h-[1.5em] truncate">{told?.text}</p>
      <p className="flex items-baseline gap-6 text-soft">
        {session.pattern.variants.find(({ id }) => id === variant)?.title}
        <ModeLabel />
      </p>
      <p className="col-span-2 min-h-[1.6em] truncate font-mono text-[18px]">
        {runs && lit && file && (
          <>
            <span className="mr-4 text-soft" style={{ color: actorHue(store.facts.actors.get(lit.actor)?.index) }}>
              {file.name}:{lit.line}
            </span>
            <Runs runs={trimmed(runs)} />
          </>
        )}
      </p>
    </footer>
  );
}

function trimmed(runs: [string, number][]): [string, number][] {
  return runs.map(([text, kind], i) => [i === 0 ? text.trimStart() : text, kind]);
}
