"use client";

import Link from "next/link";
import { countText } from "../run/format";
import type { AnswerLog } from "./answer-log";
import { AnswerMark } from "./answer-mark";
import type { Geometry } from "./geometry";
import type { ShownLimiter } from "./limiter-names";

interface Props {
  limiters: readonly ShownLimiter[];
  log: AnswerLog | null;
  geometry: Geometry;
  /** px beside the drawn part; 0: the words stand over it. */
  side: { left: number; right: number };
}

/** Each limiter's name and totals, at the two ends of its lane. */
export function LaneRows({ limiters, log, geometry, side }: Props) {
  const narrow = side.left === 0;
  return (
    <ul aria-label="Limiters">
      {limiters.map((limiter, i) => {
        const counts = log?.counts[i];
        return (
          <li
            key={limiter.key}
            style={{ height: geometry.laneHeight }}
            className={`flex justify-between ${narrow ? "items-start gap-3" : "items-center"}`}
          >
            <div
              style={narrow ? { height: geometry.headHeight } : { width: side.left }}
              className={narrow ? "flex min-w-0 items-end gap-2" : "pr-4"}
            >
              <Name limiter={limiter} narrow={narrow} />
            </div>
            <div
              style={narrow ? { height: geometry.headHeight } : { width: side.right }}
              className={`stage-small ${narrow ? "flex shrink-0 items-end gap-3" : "relative h-full"}`}
            >
              <Total value={counts?.y} word="admitted" narrow={narrow} />
              <Total value={counts?.n} word="denied" narrow={narrow} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Name({ limiter: { pattern, variant, href, facts }, narrow }: { limiter: ShownLimiter; narrow: boolean }) {
  const holds = facts?.holds ?? null;
  const title = "cut min-w-0 stage-text font-semibold";
  return (
    <>
      {href === null ? (
        <span className={`${title} block`}>{pattern}</span>
      ) : (
        <Link href={href} prefetch={false} className={`${title} link block`} title="Watch this limiter's run in full">
          {pattern}
        </Link>
      )}
      <span className="cut stage-small block min-w-0">{variant}</span>
      <span className={`stage-small ${narrow ? "shrink-0" : "block"}`} style={{ minHeight: "1.45em" }}>
        {holds === false && <strong className="font-semibold text-deny">Broken</strong>}
        {holds === true && "Holds"}
      </span>
    </>
  );
}

/** Beside the lane: above its line what was admitted, below it what was not, as the marks are. */
function Total({ value, word, narrow }: { value: number | undefined; word: "admitted" | "denied"; narrow: boolean }) {
  const text = value === undefined ? "" : countText(value);
  if (narrow)
    return (
      value !== undefined && (
        <span className="flex items-center gap-1">
          <AnswerMark letter={word === "admitted" ? "y" : "n"} />
          {text} <span className="sr-only">{word}</span>
        </span>
      )
    );
  const place = word === "admitted" ? "bottom-1/2 pb-1" : "top-1/2 pt-1";
  return (
    <span className={`absolute right-0 flex items-baseline gap-[0.5em] ${place}`}>
      <span className="compare-total text-ink">{text}</span>
      <span className="compare-word">{value === undefined ? "" : word}</span>
    </span>
  );
}
