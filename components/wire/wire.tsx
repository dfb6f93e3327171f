"use client";

import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { countText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { Hint } from "../ui/hint";
import { Scroll } from "../ui/scroll";
import { WireFilterBar } from "./wire-filter-bar";
import { ROW_PX, WireLine } from "./wire-line";
import { ALL_KINDS, type WireFilter } from "./wire-rows";

const OVERSCAN = 6;

/** The last rows, wherever the list stands scrolled just now. */
function newest({ startIndex, endIndex, overscan, count }: Range): number[] {
  const rows = Math.min(count, endIndex - startIndex + 1 + overscan);
  return Array.from({ length: rows }, (_, i) => count - rows + i);
}

/**
 * Every command with its reply, as a table of which only what is in sight exists. Sticks to the newest row when LIVE.
 * `onEnlarge` gives it more room, where the page can.
 */
export function Wire({ onEnlarge, large = false }: { onEnlarge?: () => void; large?: boolean }) {
  const session = useSession();
  const store = useStore("slow", "playhead", "facts");
  const [filter, setFilter] = useState<WireFilter>({ text: "", actor: null, kinds: ALL_KINDS });
  const box = useRef<HTMLDivElement>(null);
  const [stuck, setStuck] = useState(true);
  const lastTop = useRef(0);
  const { live, playing, seq } = store.playhead;
  if (store.wire.filter !== filter) store.wire.setFilter(filter);
  const rows = store.wire.shown;
  const current = live ? rows.length - 1 : store.wire.indexAt(seq);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    rangeExtractor: live && stuck ? newest : defaultRangeExtractor,
    useFlushSync: false,
  });

  // Before the paint: at speed more rows come at once than are drawn, and a frame later would show none of them.
  useLayoutEffect(() => {
    // Not scrollToIndex: it measures until it is sure, and every row here has the same height.
    if (live && stuck && box.current) box.current.scrollTop = rows.length * ROW_PX;
  }, [live, stuck, rows.length]);
  useEffect(() => {
    if (!live && current >= 0) virtual.scrollToIndex(current, { align: playing ? "center" : "auto" });
  }, [live, playing, current, virtual]);
  useEffect(() => {
    if (live) setStuck(true);
  }, [live]);

  const onScroll = () => {
    const element = box.current;
    if (!element || !live) return;
    // Rows come faster than one frame: only a hand moves the list up.
    const byHand = element.scrollTop < lastTop.current - 1;
    lastTop.current = element.scrollTop;
    if (byHand) setStuck(false);
    else if (element.scrollHeight - element.scrollTop - element.clientHeight < ROW_PX * 1.5) setStuck(true);
  };
  const go = (index: number) => {
    const row = rows[index];
    if (!row) return;
    session.detach();
    store.seek(row.seq);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === "End") {
      session.detach();
      store.seek(null);
    } else if (event.key === "Home") go(0);
    else if (by !== undefined) go(Math.min(rows.length - 1, Math.max(0, current + by)));
    else return;
    event.preventDefault();
  };

  return (
    <section aria-labelledby="wire-heading" className="flex h-full min-h-0 flex-col">
      <div className="flex min-h-7 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-0.5">
        <h2 id="wire-heading" className="heading">
          Wire
        </h2>
        <WireFilterBar filter={filter} onChange={setFilter} />
        <span className="ml-auto text-[12.5px] text-soft">{countOf(rows.length, store.wire.all.length)}</span>
        {onEnlarge && (
          <button type="button" className="quiet text-[12.5px]" aria-pressed={large} onClick={onEnlarge}>
            {large ? "smaller" : "larger"} <Hint>w</Hint>
          </button>
        )}
        {live && !stuck && (
          <button type="button" className="link text-[12.5px]" onClick={() => setStuck(true)}>
            newest
          </button>
        )}
      </div>
      <Scroll
        ref={box}
        label="Rows of the wire"
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        {rows.length === 0 ? (
          <p className="px-4 text-soft">
            {store.wire.all.length
              ? "No row matches the filter."
              : "Nothing has been sent yet. Every command will stand here with its reply."}
          </p>
        ) : (
          <table aria-label="Wire" aria-rowcount={rows.length} className="block">
            {/* Rows stand in the flow under one padding: a row with a position of its own costs a paint layer each. */}
            <tbody
              className="block"
              style={{ height: virtual.getTotalSize(), paddingTop: virtual.getVirtualItems()[0]?.start ?? 0 }}
            >
              {virtual.getVirtualItems().map(({ index }) => {
                const row = rows[index];
                if (!row) return null;
                return (
                  <WireLine
                    key={row.order}
                    row={row}
                    answer={row.answer}
                    index={index}
                    actorIndex={row.actor === null ? undefined : store.facts.actors.get(row.actor)?.index}
                    sinceUs={row.event.atUs - (store.originUs ?? row.event.atUs)}
                    here={!live && index === current}
                    later={!live && index > current}
                    onPick={go}
                  />
                );
              })}
            </tbody>
          </table>
        )}
      </Scroll>
    </section>
  );
}

function countOf(shown: number, all: number): string {
  const rows = all === 1 ? "row" : "rows";
  return shown === all ? `${countText(all)} ${rows}` : `${countText(shown)} of ${countText(all)} ${rows}`;
}
