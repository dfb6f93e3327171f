"use client";

import { type KeyboardEvent, memo, type PointerEvent, useState } from "react";
import type { ExploredOrder } from "@/lib/contract";
import { countText } from "../run/format";
import { useSize } from "../run/hooks";
import { orderText } from "../step/order-text";
import { decodeOrder } from "./alphabet";
import { type TileLayout, tileAt, tileLayout, tileUnder } from "./tile-layout";

/** So many tiles are drawn as one; while an exploration runs only the last of these changes. */
const SHEET = 500;

interface Props {
  orders: readonly ExploredOrder[];
  alphabet: readonly string[];
  /** Number of the order that the page shows as a stepped run; null when it is none of these. */
  current: number | null;
  onOpen: (index: number) => void;
}

/** Every order as a tile: calm when it holds, a crossed outline when it breaks. A slider whose value is the order's number. */
export function Tiles({ orders, alphabet, current, onOpen }: Props) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const [chosen, setChosen] = useState<number | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const layout = tileLayout(orders.length, width);
  const at = Math.min(orders.length - 1, chosen ?? current ?? 0);
  const shown = hovered ?? chosen ?? current;
  const under = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return tileUnder(event.clientX - box.left, event.clientY - box.top, orders.length, layout);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { columns } = layout;
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const next = by !== undefined ? at + by : { Home: 0, End: orders.length - 1 }[event.key];
    if (event.key === "Enter") onOpen(at);
    else if (next !== undefined) setChosen(Math.max(0, Math.min(orders.length - 1, next)));
    else return;
    event.preventDefault();
  };
  const sheets = Array.from({ length: Math.ceil(orders.length / SHEET) }, (_, i) => i * SHEET);
  return (
    <>
      <div
        ref={ref}
        role="slider"
        tabIndex={0}
        aria-label="Orders"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, orders.length)}
        aria-valuenow={at + 1}
        aria-valuetext={tileText(at, orders, alphabet)}
        title={shown === null ? undefined : tileText(shown, orders, alphabet)}
        className="cursor-pointer touch-manipulation"
        style={{ height: Math.max(21, layout.heightPx) }}
        onPointerMove={(event) => setHovered(under(event))}
        onPointerLeave={() => setHovered(null)}
        onClick={(event) => {
          const found = under(event as unknown as PointerEvent<HTMLElement>);
          if (found !== null) {
            setChosen(found);
            onOpen(found);
          }
        }}
        onKeyDown={onKeyDown}
      >
        {width > 0 && (
          <svg aria-hidden="true" width={width} height={layout.heightPx} className="block overflow-visible">
            {sheets.map((from) => (
              <Sheet
                key={from}
                from={from}
                verdicts={lettersOf(orders, from)}
                columns={layout.columns}
                sizePx={layout.sizePx}
                gapPx={layout.gapPx}
              />
            ))}
            {current !== null && <Frame index={current} layout={layout} width={2.5} />}
            {chosen !== null && chosen !== current && <Frame index={at} layout={layout} width={1.2} />}
          </svg>
        )}
      </div>
      <p className="mt-2 min-h-[3em] text-[12.5px] text-soft">
        {shown === null ? "Choose one to see it step by step." : tileText(shown, orders, alphabet)}
      </p>
    </>
  );
}

/** "No. 31 of 146: A B A, breaks." */
export function tileText(index: number, orders: readonly ExploredOrder[], alphabet: readonly string[]): string {
  const tile = orders[index];
  if (!tile) return "none yet";
  const verdict = tile.holds === null ? "not judged" : tile.holds ? "holds" : "breaks";
  const steps = orderText(decodeOrder(tile.order, alphabet));
  return `No. ${countText(index + 1)} of ${countText(orders.length)} ${verdict}: ${steps}`;
}

const lettersOf = (orders: readonly ExploredOrder[], from: number): string =>
  orders
    .slice(from, from + SHEET)
    .map(({ holds }) => (holds === null ? "?" : holds ? "h" : "b"))
    .join("");

interface SheetProps extends Pick<TileLayout, "columns" | "sizePx" | "gapPx"> {
  from: number;
  /** One letter a tile: holds, breaks, unknown. A string, so that a sheet that is the same is not drawn again. */
  verdicts: string;
}

const Sheet = memo(function Sheet({ from, verdicts, columns, sizePx, gapPx }: SheetProps) {
  const layout = { columns, sizePx, gapPx, rows: 0, heightPx: 0 };
  // Too small for a cross: then full against pale.
  const isTiny = sizePx < 7;
  const paths = { h: "", b: "", box: "", "?": "" };
  [...verdicts].forEach((letter, i) => {
    const { x, y } = tileAt(from + i, layout);
    if (letter === "h") paths.h += `M${x} ${y}h${sizePx}v${sizePx}h${-sizePx}z`;
    else if (letter === "b" && isTiny) paths.b += `M${x} ${y}h${sizePx}v${sizePx}h${-sizePx}z`;
    else {
      const [left, top, side] = [x + 0.75, y + 0.75, sizePx - 1.5];
      const box = `M${left} ${top}h${side}v${side}h${-side}z`;
      const [inset, arm] = [sizePx * 0.22, sizePx * 0.56];
      const cross = `M${x + inset} ${y + inset}l${arm} ${arm}M${x + inset + arm} ${y + inset}l${-arm} ${arm}`;
      if (letter === "b") {
        paths.b += cross;
        paths.box += box;
      } else paths["?"] += box;
    }
  });
  return (
    <>
      <path d={paths.h} fill="var(--tile)" />
      <path d={paths["?"]} fill="none" stroke="var(--edge)" strokeWidth={1} />
      <path d={paths.box} fill="none" stroke="var(--deny)" strokeWidth={1} opacity={sizePx > 12 ? 1 : 0.4} />
      <path
        d={paths.b}
        fill={isTiny ? "var(--deny)" : "none"}
        stroke={isTiny ? "none" : "var(--deny)"}
        strokeWidth={sizePx > 12 ? 1.5 : 1.2}
      />
    </>
  );
});

function Frame({ index, layout, width }: { index: number; layout: TileLayout; width: number }) {
  const { x, y } = tileAt(index, layout);
  const side = layout.sizePx + 5;
  return (
    <rect
      x={x - 2.5}
      y={y - 2.5}
      width={side}
      height={side}
      rx={2}
      fill="none"
      stroke="var(--ink)"
      strokeWidth={width}
    />
  );
}
