"use client";

import { useId } from "react";
import { useComparison } from "./hooks";
import { momentText } from "./time-axis";
import { fits, LAST_MS, type Zoom } from "./time-view";

/** Which stretch of the schedule is in sight. A schedule that fits needs no choice. */
export function ZoomChoice({ totalMs }: { totalMs: number }) {
  const session = useComparison();
  const name = useId();
  if (fits(totalMs) || !session.log) return null;
  const stretch = `${LAST_MS / 1000} s`;
  const titles: Record<Zoom, string> = { whole: "whole", last: session.isRunning ? `last ${stretch}` : stretch };
  return (
    <fieldset className="flex gap-3">
      <legend className="sr-only">Stretch of time shown</legend>
      {(["whole", "last"] as const).map((zoom) => (
        <label key={zoom} className="group has-checked:text-ink">
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={session.zoom === zoom}
            onChange={() => session.setZoom(zoom)}
          />
          <span className="border-b-2 border-transparent group-has-checked:border-ink group-has-checked:font-semibold group-has-focus-visible:outline-2 group-has-focus-visible:outline-offset-2">
            {titles[zoom]}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Scrolls a schedule that is over along the axis. Its place is kept, so that nothing moves when it comes. */
export function TimeScroll({ totalMs, calm }: { totalMs: number; calm: boolean }) {
  const session = useComparison();
  if (fits(totalMs)) return null;
  const { fromMs, toMs } = session.timeView(calm);
  const isMovable = session.isOver && session.zoom === "last";
  return (
    <input
      type="range"
      aria-label="Start of the stretch shown"
      aria-valuetext={`${momentText(fromMs)} to ${momentText(toMs)}`}
      className={`slider block ${isMovable ? "" : "invisible"}`}
      min={0}
      max={totalMs - LAST_MS}
      step={100}
      value={fromMs}
      onChange={(event) => session.choose(Number(event.target.value))}
    />
  );
}
