"use client";

import type { LedgerCell, LedgerPanel, LedgerPlace } from "@/lib/contract";
import { actorHue } from "../run/actors";
import { useSession, useSize } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";
import { CrossedMark } from "../ui/crossed-mark";
import { cellText, jointsOf } from "./ledger-joints";
import { ageText } from "./scale";
import { Twin } from "./twin";

/** What an entry's text takes where there is room, and at the least; the rest is for the lines between two places, and so much at the least. */
const ENTRY_PX = { most: 210, least: 150 };
const JOINT_PX = 40;
/** In a column narrower than this an actor and its text take two lines. */
const TIGHT_PX = 150;
/** So many entries always have room, so that the first ones move nothing. */
const ROOM = 2;

const tableOf = ({ title, places, rows, parted, note }: LedgerPanel) => ({
  caption: title,
  head: ["what", ...places.map(({ name }) => name), "note"],
  rows: [
    ...rows.map((row) => [row.fact, ...row.cells.map((cell) => cellText(cell, places[0]?.name ?? "")), row.note ?? ""]),
    ["where", ...places.map(({ caption }) => caption), parted ? `parted: ${parted.text}` : note],
    ["writes, in order", ...places.map(orderText), ""],
  ],
});

const orderText = ({ entries }: LedgerPlace) =>
  entries.map(({ actor, text, outcome }) => `${actor}: ${text}${outcome === "no" ? " (refused)" : ""}`).join("; ");

/** Facts in several places, row by row; under them the order in which each place was written. */
export function Ledger({ panel, nowUs, scale }: { panel: LedgerPanel; nowUs: number; scale: number }) {
  const { places, rows, parted } = panel;
  const columns = { gridTemplateColumns: `repeat(${places.length}, minmax(0, 1fr))` };
  const hasNotes = rows.some(({ note }) => note !== undefined);
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-baseline justify-between gap-x-6">
        <span className="font-semibold">{panel.title}</span>
        <span data-parted={parted !== null} className={parted ? "text-deny" : ""}>
          {parted ? (
            <>
              <CrossedMark /> Parted {agoText((nowUs - parted.atUs) / 1000)}: {parted.text}.
            </>
          ) : (
            panel.note
          )}
        </span>
      </figcaption>
      <div aria-hidden="true" data-notes={hasNotes}>
        <div className="ledger-row">
          <span />
          <div className="grid" style={columns}>
            {places.map(({ name, caption }) => (
              <p key={name} className="flex min-w-0 flex-wrap items-baseline gap-x-3 pr-4">
                <span className="stage-text font-semibold">{name}</span>
                <span className="stage-small min-w-0 truncate" title={caption}>
                  {caption}
                </span>
              </p>
            ))}
          </div>
        </div>
        {rows.map(({ fact, cells, note }) => (
          <div key={fact} className="ledger-row border-t border-hair">
            <span className="stage-small truncate">{fact}</span>
            <div className="grid items-baseline" style={columns}>
              {cells.map((cell, i) => (
                <Cell key={places[i]?.name} cell={cell} />
              ))}
            </div>
            {hasNotes && <span className="stage-text truncate md:text-right">{note}</span>}
          </div>
        ))}
        {places.some(({ entries }) => entries.length > 0) && <Orders places={places} scale={scale} />}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

function Cell({ cell: { text, flag, note } }: { cell: LedgerCell }) {
  return (
    // Another text is another element: it arrives.
    <span key={`${flag} ${text}`} className="ledger-cell stage-text min-w-0 truncate pr-4" data-flag={flag}>
      {text === null ? (
        <span className="ledger-hole">not there</span>
      ) : (
        <>
          {flag === "differs" && <CrossedMark />} {text}
        </>
      )}
      {note && <span className="stage-small ml-2 font-normal">{note}</span>}
    </span>
  );
}

function Orders({ places, scale }: { places: LedgerPlace[]; scale: number }) {
  const { actors } = useSession().store.facts;
  const [ref, { width }] = useSize<HTMLDivElement>();
  const longest = Math.max(ROOM, ...places.map(({ entries }) => entries.length));
  const columnPx = width / places.length;
  const isTight = columnPx < TIGHT_PX * scale;
  const rowPx = Math.round((isTight ? 42 : 23) * scale);
  const isJoined = columnPx >= (ENTRY_PX.least + JOINT_PX) * scale;
  const jointPx = isJoined ? Math.max(JOINT_PX * scale, columnPx - ENTRY_PX.most * scale) : 0;
  const y = (row: number) => (row + 0.5) * rowPx;
  return (
    <div className="ledger-row items-start border-t border-hair pt-1.5">
      <span className="stage-small leading-tight">
        written in <br className="max-md:hidden" />
        this order
      </span>
      <div ref={ref} className="relative" style={{ height: longest * rowPx }}>
        {places.map(({ name, entries }, i) => (
          <ol
            key={name}
            className="absolute top-0"
            style={{ left: columnPx * i, width: columnPx - (i < places.length - 1 ? jointPx : 0) }}
          >
            {entries.map(({ id, actor, text, outcome }) => (
              <li
                key={`${id} ${text}`}
                className={`ledger-entry ${isTight ? "flex-wrap content-center gap-y-0" : ""}`}
                style={{ height: rowPx }}
                data-outcome={outcome}
              >
                {outcome === "no" ? <CrossedMark /> : <ActorMark index={actors.get(actor)?.index} size={11 * scale} />}
                <span style={{ color: actorHue(actors.get(actor)?.index) }}>{actor}</span>
                <span className="truncate">{text}</span>
              </li>
            ))}
          </ol>
        ))}
        <svg width={width} height={longest * rowPx} aria-hidden="true" className="pointer-events-none absolute inset-0">
          {(isJoined ? jointsOf(places) : []).map(({ id, actor, place, from, to, crosses, refused }) => {
            const right = columnPx * (place + 1);
            const [x0, x1] = [right - jointPx + 4 * scale, right - 6 * scale];
            const bend = (x1 - x0) / 2;
            return (
              <path
                key={`${place} ${id}`}
                d={`M${x0} ${y(from)}C${x0 + bend} ${y(from)} ${x1 - bend} ${y(to)} ${x1} ${y(to)}`}
                fill="none"
                stroke={actorHue(actors.get(actor)?.index)}
                strokeWidth={(crosses ? 2.4 : 1.3) * scale}
                strokeDasharray={refused ? `${4 * scale} ${3 * scale}` : undefined}
              />
            );
          })}
        </svg>
      </div>
    </div>
  );
}

/** "just now", "3.2 s ago". */
const agoText = (ms: number) => (ms < 100 ? "just now" : `${ageText(Math.round(ms / 100) * 100).slice(1)} ago`);
