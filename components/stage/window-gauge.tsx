import type { WindowRow } from "@/lib/contract";
import { levelText } from "./scale";

/** More places than this are a bar, not cells. */
const MAX_CELLS = 20;
const CELL = { width: 11, gap: 3, height: 16 };

/** How full a window is: a place per unit while that is legible, the number beside it, and what is over the limit crossed. */
export function WindowGauge({ row, limit, scale }: { row: WindowRow; limit: number; scale: number }) {
  const over = row.used > limit;
  const cells = limit <= MAX_CELLS;
  const width = cells ? limit * (CELL.width + CELL.gap) - CELL.gap : 200;
  return (
    <span className="flex items-center gap-3">
      <svg
        aria-hidden="true"
        width={width * scale}
        height={CELL.height * scale}
        viewBox={`0 0 ${width} ${CELL.height}`}
      >
        {cells ? (
          Array.from({ length: limit }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is its index
            <Cell key={i} x={i * (CELL.width + CELL.gap)} width={CELL.width} filled={clamp(row.used - i)} over={over} />
          ))
        ) : (
          <Cell x={0} width={width} filled={clamp(row.used / limit)} over={over} />
        )}
      </svg>
      <span className="flex items-baseline gap-2">
        <span className="stage-number tabular-nums" style={over ? { color: "var(--deny)" } : undefined}>
          {levelText(row.used)}
        </span>
        <span className="stage-small">
          of {limit} {over ? `${row.usedText}: over the limit` : row.usedText}
        </span>
      </span>
    </span>
  );
}

function Cell({ x, width, filled, over }: { x: number; width: number; filled: number; over: boolean }) {
  const colour = over ? "var(--deny)" : "var(--ink)";
  return (
    <>
      <rect x={x} width={width * filled} height={CELL.height} fill={colour} opacity={0.82} />
      <rect
        x={x + 0.75}
        y={0.75}
        width={width - 1.5}
        height={CELL.height - 1.5}
        fill="none"
        stroke={colour}
        strokeWidth={1.2}
      />
    </>
  );
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
