"use client";

import { memo } from "react";
import type { TapeCell, TapeEntry, TapePanel } from "@/lib/contract";
import { actorHue, actorShape, shapePath } from "../run/actors";
import { useSession, useSize } from "../run/hooks";
import { ActorButton } from "./actor-button";
import { cutText, layTape, rowHeight, type TapeLayout } from "./tape-layout";
import { Twin } from "./twin";

const LINE_PX = 16;
/** A column's cells as one text, so that it is quick to see whether one has changed. */
const LETTERS: Record<TapeCell, string> = {
  none: ".",
  due: "o",
  pending: "p",
  late: "l",
  there: "+",
  missed: "x",
  outlived: "e",
  dead: "d",
};
const NAMES = new Map(Object.entries(LETTERS).map(([cell, letter]) => [letter, cell as TapeCell]));
const ORDER: readonly TapeCell[] = ["due", "pending", "late", "there", "missed", "outlived", "dead", "none"];

const tableOf = ({ title, entries, rows, legend }: TapePanel) => ({
  caption: title,
  head: ["entry", "from", "note", ...rows.map(({ actor }) => actor)],
  rows: [
    ["state", "", "", ...rows.map(({ state }) => state)],
    ...entries.map(({ id, label, group, actor, note }, i) => [
      `${id}: ${label}${group && ` on ${group}`}`,
      actor,
      note,
      ...rows.map(({ cells, notes }) => cellText(legend[cells[i] ?? "none"], notes?.[i])),
    ]),
  ],
});

const cellText = (text = "", note = ""): string => (note === "" ? text : `${text}, ${note}`);
/** Of a cursor. */
const FLAG_PX = 8;
/** Between the notes of a column. */
const BREAK = "\n";

/** Entries from left to right, and in each row who has which of them. */
export function Tape({ panel, scale }: { panel: TapePanel; scale: number }) {
  const { entries, rows, total, noun } = panel;
  const { actors } = useSession().store.facts;
  const [ref, { width }] = useSize<HTMLDivElement>();
  const layout = layTape(entries.length, width, scale);
  const grouped = entries.some(({ group }) => group !== "");
  const head = (grouped ? 3 : 2) * LINE_PX * scale + 8 * scale;
  const hasHeadings = rows.some(({ heading }) => heading);
  const rowPx = rowHeight(rows.length, scale, hasHeadings);
  const middle = (row: number) => head + (row + 0.5) * rowPx;
  const indexes = rows.map(({ actor, heading }) => (heading ? "" : (actors.get(actor)?.index ?? ""))).join(" ");
  const shown = entries.slice(layout.from);
  /** How many have been before those that are drawn. */
  const earlier = total - shown.length;
  return (
    <figure>
      <figcaption className="stage-small mb-1 flex flex-wrap items-center justify-between gap-x-6">
        <span>
          <span className="font-semibold">{panel.title}</span>
          {earlier > 0 && (
            <span className="ml-3">
              The last {shown.length} of {total.toLocaleString("en-US")} {noun}.
            </span>
          )}
          {panel.note && <span className="ml-3">{panel.note}</span>}
        </span>
        <Legend legend={panel.legend} cursor={panel.cursor} />
      </figcaption>
      <div className="flex">
        <ul className="w-[128px] shrink-0 present:w-[230px]" style={{ paddingTop: head }}>
          {rows.map(({ actor, heading, state, tone }) => (
            <li key={actor} style={{ height: rowPx }} className="flex flex-col justify-center pr-2">
              {heading ? (
                <span className="stage-text truncate font-semibold">{actor}</span>
              ) : (
                <ActorButton actor={actor} scale={scale} />
              )}
              <span className={`stage-small truncate ${tone === "bad" ? "font-semibold text-deny" : ""}`} title={state}>
                {state}
              </span>
            </li>
          ))}
        </ul>
        <div ref={ref} className="min-w-0 flex-1 overflow-hidden">
          {width > 0 && (
            <svg aria-hidden="true" width={width} height={head + rows.length * rowPx} className="block">
              {rows.map(({ actor }, row) => (
                <line key={actor} x2={width} y1={middle(row)} y2={middle(row)} stroke="var(--hair)" />
              ))}
              {/* Columns stand still on a sheet that moves as a whole: what is drawn already is not drawn again. */}
              <g transform={`translate(${((0.5 - earlier) * layout.pitch).toFixed(1)} 0)`}>
                {shown.map((entry, i) => (
                  <Column
                    key={entry.id}
                    entry={entry}
                    x={(earlier + i) * layout.pitch}
                    cells={rows.map(({ cells }) => LETTERS[cells[layout.from + i] ?? "none"]).join("")}
                    notes={rows.map(({ notes }) => notes?.[layout.from + i] ?? "").join(BREAK)}
                    indexes={indexes}
                    name={(earlier + i) % layout.stride === 0 ? sideOf(i, shown.length, layout) : null}
                    grouped={grouped}
                    pitch={layout.pitch}
                    characters={layout.characters}
                    dense={layout.stride > 1}
                    head={head}
                    rowPx={rowPx}
                    scale={scale}
                  />
                ))}
                {rows.map(({ actor, cursor }, row) =>
                  cursor === undefined ? null : (
                    <Cursor
                      key={actor}
                      x={cursorAt(cursor - layout.from, layout) + earlier * layout.pitch}
                      y={middle(row)}
                      r={rowPx * 0.42}
                    />
                  ),
                )}
              </g>
            </svg>
          )}
        </div>
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

/** Before the cell of this number; at the edges it stays within the picture. */
const cursorAt = (cell: number, { pitch }: TapeLayout): number =>
  Math.max((Math.max(0, cell) - 0.5) * pitch - 2, FLAG_PX - 0.5 * pitch);

type Side = "start" | "middle" | "end";

/** Names of narrow columns at the edges lean inwards. */
function sideOf(i: number, count: number, { stride }: TapeLayout): Side {
  if (stride === 1) return "middle";
  return i < stride / 2 ? "start" : count - i <= stride / 2 ? "end" : "middle";
}

interface ColumnProps {
  entry: TapeEntry;
  x: number;
  /** One letter for each row. */
  cells: string;
  /** One for each row, joined by BREAK. */
  notes: string;
  /** Of the rows' actors, joined by spaces. */
  indexes: string;
  /** Where its name leans; null: it is not named. */
  name: Side | null;
  grouped: boolean;
  pitch: number;
  characters: number;
  /** Many come at once: nothing moves on its own. */
  dense: boolean;
  head: number;
  rowPx: number;
  scale: number;
}

const Column = memo(
  function Column({ entry, x, cells, notes, indexes, name, pitch, dense, head, rowPx, ...rest }: ColumnProps) {
    const r = Math.min(10 * rest.scale, pitch * 0.36);
    const of = indexes.split(" ");
    const under = notes.split(BREAK);
    return (
      <g transform={`translate(${x.toFixed(1)} 0)`}>
        {name !== null && <Name entry={entry} side={name} pitch={pitch} dense={dense} {...rest} />}
        {[...cells].map((letter, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <g key={row} transform={`translate(0 ${head + (row + 0.5) * rowPx})`}>
            <Cell cell={NAMES.get(letter) ?? "none"} index={indexOf(of[row])} r={r} moves={!dense} />
            {!dense && under[row] && (
              <text y={r * 1.3} dominantBaseline="hanging" textAnchor="middle" className="stage-small">
                {under[row]}
              </text>
            )}
          </g>
        ))}
      </g>
    );
  },
  (a, b) =>
    a.entry.label === b.entry.label &&
    a.entry.group === b.entry.group &&
    a.entry.note === b.entry.note &&
    a.x === b.x &&
    a.cells === b.cells &&
    a.notes === b.notes &&
    a.indexes === b.indexes &&
    a.name === b.name &&
    a.grouped === b.grouped &&
    a.pitch === b.pitch &&
    a.head === b.head &&
    a.rowPx === b.rowPx &&
    a.scale === b.scale,
);

/** A line between two entries, with a flag on the side of those before it. */
function Cursor({ x, y, r }: { x: number; y: number; r: number }) {
  return (
    <g style={{ transform: `translate(${x.toFixed(1)}px, ${y}px)`, transition: "transform 120ms" }}>
      <path d={`M0 ${-r}V${r}`} stroke="var(--ink)" strokeWidth={2} />
      <path d={`M0 ${-r}h${-FLAG_PX}l${FLAG_PX} ${FLAG_PX}z`} fill="var(--ink)" />
    </g>
  );
}

const indexOf = (text: string | undefined) => (text ? Number(text) : undefined);

function Name({
  entry,
  side,
  pitch,
  dense,
  characters,
  scale,
  grouped,
}: Pick<ColumnProps, "entry" | "pitch" | "dense" | "characters" | "scale" | "grouped"> & { side: Side }) {
  const lines = [entry.label, ...(grouped ? [entry.group] : []), entry.note];
  const x = side === "middle" ? 0 : side === "end" ? pitch / 2 : -pitch / 2;
  return lines.map((line, i) => (
    <text
      key={i === 0 ? "label" : line}
      x={x}
      y={(i + 0.8) * LINE_PX * scale}
      textAnchor={side}
      className={i > 0 ? "stage-small" : dense ? undefined : "arrive"}
      style={i === 0 ? { fontSize: "var(--stage-small)", fontWeight: 600, fill: "var(--ink)" } : undefined}
    >
      {cutText(line, characters)}
    </text>
  ));
}

/** The actor's own shape: it has this one. A hole: it never will. */
function Cell({ cell, index, r, moves }: { cell: TapeCell; index: number | undefined; r: number; moves: boolean }) {
  const arrives = moves ? "arrive" : undefined;
  switch (cell) {
    case "there":
      return <path className={arrives} d={shapePath(actorShape(index), r)} fill={actorHue(index)} />;
    case "due":
      return (
        <circle
          r={r * 0.7}
          fill="var(--bg)"
          stroke="var(--edge)"
          strokeWidth={1.4}
          strokeDasharray={`${r / 4} ${r / 4}`}
        />
      );
    case "late":
    case "pending":
      return (
        <path
          className={arrives}
          d={shapePath(actorShape(index), r * 0.86)}
          fill="var(--bg)"
          stroke={cell === "late" ? "var(--deny)" : actorHue(index)}
          strokeWidth={r / 3}
          strokeDasharray={cell === "late" ? `${r / 2} ${r / 4}` : undefined}
        />
      );
    case "dead":
      return (
        <path
          className={arrives}
          d={`M${-r * 0.8} ${r}V${-r * 0.2}a${r * 0.8} ${r * 0.8} 0 0 1 ${r * 1.6} 0V${r}zM${-r * 0.4} ${-r * 0.1}h${r * 0.8}M0 ${-r * 0.5}v${r * 1.1}`}
          fill="var(--bg)"
          stroke="var(--deny)"
          strokeWidth={r / 5}
        />
      );
    case "missed":
      return (
        <path
          className={arrives}
          d={`M${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}zM${-r / 2} ${-r / 2}l${r} ${r}M${r / 2} ${-r / 2}l${-r} ${r}`}
          fill="var(--bg)"
          stroke="var(--deny)"
          strokeWidth={r / 4}
          strokeDasharray={`${r / 2} ${r / 3.2}`}
        />
      );
    case "outlived":
      return (
        <path
          d={`${shapePath("circle", r * 0.8)}M${-r * 0.8} 0h${r * 1.6}`}
          fill="var(--bg)"
          stroke="var(--soft)"
          strokeWidth={r / 5}
        />
      );
    case "none":
      return <circle r={1.2} fill="var(--edge)" />;
  }
}

function Legend({ legend, cursor }: Pick<TapePanel, "legend" | "cursor">) {
  return (
    <span className="flex flex-wrap gap-x-4">
      {cursor && (
        <span className="flex items-center gap-1.5">
          <svg aria-hidden="true" viewBox="-9 -8 11 16" className="h-[0.9em] w-[0.7em]">
            <Cursor x={0} y={0} r={8} />
          </svg>
          {cursor}
        </span>
      )}
      {ORDER.flatMap((cell) => {
        const text = legend[cell];
        return text
          ? [
              <span key={cell} className="flex items-center gap-1.5">
                <svg aria-hidden="true" viewBox="-7 -7 14 14" className="h-[0.9em] w-[0.9em]">
                  <Cell cell={cell} index={undefined} r={5.6} moves={false} />
                </svg>
                {text}
              </span>,
            ]
          : [];
      })}
    </span>
  );
}
