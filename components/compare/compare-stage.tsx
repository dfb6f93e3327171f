"use client";

import { useMemo, useState } from "react";
import { countText } from "../run/format";
import { useMedia, useSize } from "../run/hooks";
import { AnswerTwin } from "./answer-twin";
import { geometryOf, leastHeight } from "./geometry";
import { useAnswers, useComparison } from "./hooks";
import { CompareLegend } from "./lane-legend";
import type { Reading } from "./lane-picture";
import { LaneRows } from "./lane-rows";
import { LanesCanvas } from "./lanes-canvas";
import { shownLimiters } from "./limiter-names";
import { SelectionLine } from "./selection-line";
import { TimeScroll, ZoomChoice } from "./time-controls";

const SIDE_PX = { left: 172, right: 132 };
/** Less than this beside the words, and they stand over the lanes. */
const LEAST_PLOT_PX = 420;

/** One stream of arrivals, and what each limiter made of it: lanes on one axis of time. */
export function CompareStage() {
  const session = useComparison();
  useAnswers(session);
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  const [ref, size] = useSize<HTMLDivElement>();
  const [reading, setReading] = useState<Reading>({ isSingle: true, barMs: 0 });
  const { log, view, present } = session;
  const scale = present ? 1.6 : 1;
  const limiters = shownLimiters(session);
  const narrow = size.width < (SIDE_PX.left + SIDE_PX.right + LEAST_PLOT_PX) * scale;
  const side = narrow ? { left: 0, right: 0 } : { left: SIDE_PX.left * scale, right: SIDE_PX.right * scale };
  const room = { limiters: limiters.length, scale, narrow };
  const { length } = limiters;
  const width = size.width - side.left - side.right;
  // The same object while nothing has changed: the canvas reads its colours anew with every other one.
  const geometry = useMemo(
    () => geometryOf({ width, height: size.height, limiters: length, scale, narrow }),
    [width, size.height, length, scale, narrow],
  );
  const totalMs = (view?.arrivals.seconds ?? session.setup.seconds) * 1000;
  return (
    <figure>
      <figcaption className="stage-small mb-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-1">
        <CompareLegend reading={reading} hasFailed={log?.counts.some(({ x }) => x > 0) ?? false} />
        <ZoomChoice totalMs={totalMs} />
      </figcaption>
      <div ref={ref} className="compare-lanes" style={{ minHeight: leastHeight(room) }}>
        {size.width > 0 && (
          <>
            <LanesCanvas geometry={geometry} left={side.left} onReading={setReading} />
            <Row
              height={geometry.lanesTop}
              narrow={narrow}
              side={side}
              name="Arrivals"
              value={log && `${countText(log.count)} of ${countText(log.total)}`}
            />
            <LaneRows limiters={limiters} log={log} geometry={geometry} side={side} />
            <Row
              height={geometry.axisTop - geometry.lanesTop - length * geometry.laneHeight}
              narrow={narrow}
              side={side}
              name="Disagreements"
              value={log && countText(log.disagreements)}
            />
          </>
        )}
      </div>
      <div style={{ paddingLeft: side.left, paddingRight: side.right }}>
        <TimeScroll totalMs={totalMs} calm={calm} />
      </div>
      <SelectionLine />
      {log && <AnswerTwin log={log} limiters={limiters} version={log.version} />}
    </figure>
  );
}

interface RowProps {
  height: number;
  narrow: boolean;
  side: { left: number; right: number };
  name: string;
  value: string | null;
}

/** A row of the picture that is no limiter's. */
function Row({ height, narrow, side, name, value }: RowProps) {
  return (
    <p
      style={{ height }}
      className={`stage-small flex justify-between ${narrow ? "items-start pt-[0.3em]" : "items-center"}`}
    >
      <span style={narrow ? {} : { width: side.left }}>{name}</span>
      <span style={narrow ? {} : { width: side.right }} className="text-right whitespace-nowrap text-ink">
        {value}
      </span>
    </p>
  );
}
