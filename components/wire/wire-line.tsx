"use client";

import { memo } from "react";
import { actorHue } from "../run/actors";
import { countText, sinceText } from "../run/format";
import { ActorMark } from "../ui/actor-mark";
import type { WireRow } from "./wire-rows";

export const ROW_PX = 20;

interface Props {
  row: WireRow;
  /** The row's reply, named so that its arrival is seen: rows themselves do not change identity. */
  answer: WireRow["answer"];
  index: number;
  actorIndex: number | undefined;
  sinceUs: number;
  here: boolean;
  later: boolean;
  onPick: (index: number) => void;
}

/** One row: time, actor (of a message: who heard it), command, reply, µs. What Redis does by itself and what a script ran is indented and quieter. */
export const WireLine = memo(
  function WireLine({ row, answer, index, actorIndex, sinceUs, here, later, onPick }: Props) {
    const command = row.kind === "command";
    const own = row.kind === "inner" || row.kind === "key";
    const note = row.kind === "note" || row.kind === "frame";
    return (
      <tr
        aria-rowindex={index + 1}
        aria-current={here ? "true" : undefined}
        onClick={() => onPick(index)}
        style={{ height: ROW_PX }}
        className={`grid cursor-pointer grid-cols-[56px_64px_minmax(0,1fr)_80px] items-center gap-x-3 px-4 font-mono text-[12px] hover:bg-wash md:grid-cols-[64px_96px_minmax(0,1.2fr)_minmax(0,1fr)_88px] ${here ? "bg-lit" : ""} ${later ? "opacity-60" : ""}`}
      >
        <td className="text-right text-soft">{sinceText(sinceUs)}</td>
        <td className="flex min-w-0 items-center gap-1.5">
          {command || (row.kind === "key" && row.actor !== null) ? (
            <>
              <ActorMark index={actorIndex} size={10} />
              <span className="cut min-w-0" title={row.actor ?? undefined} style={{ color: actorHue(actorIndex) }}>
                {row.actor}
              </span>
            </>
          ) : (
            <span className="pl-4 text-soft">{row.kind === "inner" ? "lua" : note ? "run" : "redis"}</span>
          )}
        </td>
        <td
          className={`cut ${own ? "pl-4 text-soft" : note ? "text-ink italic md:col-span-2" : ""} ${row.failed && note ? "text-deny" : ""}`}
          title={row.text}
        >
          {row.text}
          {row.reply !== "" && (
            <span className={`md:hidden ${row.failed ? "text-deny" : "text-soft"}`}> → {row.reply}</span>
          )}
        </td>
        {!note && (
          <td className={`cut hidden md:block ${row.failed ? "text-deny" : "text-soft"}`} title={row.reply}>
            {row.reply !== "" && `→ ${row.reply}`}
          </td>
        )}
        <td className="text-right whitespace-nowrap text-soft">
          {answer && row.kind === "command" ? `${countText(answer.latencyUs)} µs` : ""}
        </td>
      </tr>
    );
  },
  (a, b) =>
    a.row === b.row &&
    a.answer === b.answer &&
    a.index === b.index &&
    a.actorIndex === b.actorIndex &&
    a.sinceUs === b.sinceUs &&
    a.here === b.here &&
    a.later === b.later,
);
