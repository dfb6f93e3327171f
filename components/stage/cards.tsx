"use client";

import type { CardRing, CardsPanel, Card as Shown } from "@/lib/contract";
import { CrossedMark } from "../ui/crossed-mark";
import { isAmiss, ringShare, ringText } from "./cards-layout";
import { arcPath } from "./ring";
import { Twin } from "./twin";

const SIZE = 62;
/** Outside first. */
const RADII = [27, 18];
const WIDTH = 4.5;
/** Of a card at normal size. */
const CARD_PX = 196;

const BORDER: Record<Shown["tone"], string> = {
  live: "border-edge",
  bad: "border-dashed border-deny",
  gone: "border-dashed border-hair",
};

const tableOf = ({ title, groups, legend, more }: CardsPanel) => ({
  caption: more === null ? title : `${title}; ${more}`,
  head: ["card", "whose", "what", "state", "rings", "fields", "held together by"],
  rows: groups.flatMap((group) =>
    group.cards.map(({ id, of, state, rings, facts }) => [
      id,
      group.title,
      of,
      state,
      rings
        .map((ring) => `${ring.label} ${ringText(ring)}${legend[ring.drawn] ? `, ${legend[ring.drawn]}` : ""}`)
        .join("; "),
      facts.map(({ label, value }) => `${label} = ${value}`).join("; "),
      group.caption,
    ]),
  ),
});

/** Objects with the times that they have left, by whom they belong to. */
export function Cards({ panel, scale }: { panel: CardsPanel; scale: number }) {
  const { title, groups, legend, more } = panel;
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-center justify-between gap-x-6">
        <span className="font-semibold">{title}</span>
        <span aria-hidden="true" className="flex flex-wrap items-center gap-x-4">
          {more !== null && <span>{more}</span>}
          {(["kept", "computed"] as const).map(
            (drawn) => legend[drawn] && <Key key={drawn} drawn={drawn} text={legend[drawn]} />,
          )}
        </span>
      </figcaption>
      <div aria-hidden="true" className="flex flex-wrap gap-x-6 gap-y-3 present:gap-y-5">
        {groups.length === 0 && <p className="stage-text py-6 text-soft">None yet.</p>}
        {groups.map((group) => (
          <section
            key={group.title}
            className="min-w-0"
            style={{
              flex: `${group.cards.length} 1 ${group.cards.length * CARD_PX * scale}px`,
              maxWidth: group.cards.length * CARD_PX * scale * 1.4,
            }}
          >
            <p className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
              <span className="stage-text font-semibold">{group.title}</span>
              <span className="stage-small [overflow-wrap:anywhere]">{group.caption}</span>
            </p>
            <ul
              className="grid gap-2.5"
              style={{ gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${CARD_PX * scale}px), 1fr))` }}
            >
              {group.cards.map((card) => (
                <Card key={card.id} card={card} scale={scale} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <Twin panel={panel} table={tableOf} />
    </figure>
  );
}

function Card({ card, scale }: { card: Shown; scale: number }) {
  const { id, of, rings, state, tone, facts } = card;
  return (
    <li
      className={`flex min-w-0 flex-col rounded-[5px] border px-2.5 py-2 present:px-4 present:py-3 ${BORDER[tone]}`}
      style={tone === "gone" ? { color: "var(--soft)" } : undefined}
    >
      <div className="flex min-w-0 items-center gap-3">
        {rings.length > 0 && <Rings rings={rings} scale={scale} />}
        <div className="min-w-0 flex-1">
          <p className="stage-text truncate font-mono font-semibold">{id}</p>
          <p className="stage-small truncate">{of}</p>
          <dl className="stage-small grid grid-cols-[auto_1fr] gap-x-2">
            {rings.toReversed().map((ring) => (
              <div key={ring.label} className="contents">
                <dt>{ring.label}</dt>
                <dd className={`font-semibold ${isAmiss(ring) ? "text-deny" : "text-ink"}`}>{ringText(ring)}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
      {tone !== "live" && (
        <p className={`stage-small mt-1 flex items-center gap-1.5 ${tone === "bad" ? "font-semibold text-deny" : ""}`}>
          {tone === "bad" && <CrossedMark />}
          {state}
        </p>
      )}
      {facts.length > 0 && (
        <dl className="mt-1 flex flex-wrap gap-x-4">
          {facts.map(({ label, value, fresh = false }) => (
            <div key={label} className="flex items-baseline gap-1.5">
              <dt className="stage-small">{label}</dt>
              <dd
                // Another value is another element: it arrives.
                key={value}
                className={`stage-text font-medium [overflow-wrap:anywhere] ${fresh ? "arrive bg-lit px-1" : ""}`}
              >
                {value}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function Rings({ rings, scale }: { rings: CardRing[]; scale: number }) {
  return (
    <svg
      aria-hidden="true"
      className="shrink-0"
      width={SIZE * scale}
      height={SIZE * scale}
      viewBox={`${-SIZE / 2} ${-SIZE / 2} ${SIZE} ${SIZE}`}
    >
      {rings.map((ring, i) => (
        <Ring key={ring.label} ring={ring} r={RADII[i] ?? RADII[0] ?? 0} />
      ))}
    </svg>
  );
}

function Ring({ ring, r }: { ring: CardRing; r: number }) {
  const isKept = ring.drawn === "kept" && ring.leftMs !== null;
  return (
    <>
      <circle r={r} fill="none" stroke="var(--hair)" strokeWidth={isKept ? WIDTH : 1} />
      <path
        d={arcPath(ringShare(ring), r)}
        fill="none"
        stroke={ring.leftMs === null ? "var(--deny)" : "var(--surface)"}
        strokeWidth={isKept ? WIDTH : 2}
        strokeDasharray={isKept ? undefined : "4 3"}
      />
    </>
  );
}

function Key({ drawn, text }: { drawn: CardRing["drawn"]; text: string }) {
  return (
    <span className="flex items-center gap-2">
      <svg aria-hidden="true" width="20" height="5" className="shrink-0">
        <line
          x2="20"
          y1="2.5"
          y2="2.5"
          stroke="var(--surface)"
          strokeWidth={drawn === "kept" ? 4 : 2}
          strokeDasharray={drawn === "kept" ? undefined : "4 3"}
        />
      </svg>
      {text}
    </span>
  );
}
