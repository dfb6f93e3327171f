import type { LeaseBar, LeaseRow } from "@/lib/contract";

const CHARACTER_PX = 7;

/** What one owner had, waited for and slept through, on the line of its row. */
export function LeaseBars({
  row,
  nowUs,
  xOf,
  width,
  middle,
  barPx,
  hue,
  scale,
}: {
  row: LeaseRow;
  nowUs: number;
  xOf: (atUs: number) => number;
  width: number;
  middle: number;
  barPx: number;
  hue: string;
  scale: number;
}) {
  const at = (us: number) => Math.min(width + 2, Math.max(-2, xOf(us)));
  const half = barPx / 2;
  return (
    <>
      {row.pauses.map(({ fromUs, toUs }) => (
        <rect
          key={fromUs}
          x={at(fromUs)}
          y={middle - half * 1.5}
          width={Math.max(0, at(toUs ?? nowUs) - at(fromUs))}
          height={half * 3}
          fill="url(#stands-still)"
        >
          <title>stands still</title>
        </rect>
      ))}
      {row.waits.map(({ fromUs, toUs }) => (
        <line
          key={fromUs}
          x1={at(fromUs)}
          x2={at(toUs ?? nowUs)}
          y1={middle}
          y2={middle}
          stroke={hue}
          strokeWidth={3 * scale}
          strokeDasharray={`${1.5 * scale} ${5 * scale}`}
        >
          <title>waits for the lock</title>
        </line>
      ))}
      {row.bars.map((bar) => (
        <Bar key={bar.id} {...{ bar, nowUs, at, middle, half, hue, scale }} />
      ))}
    </>
  );
}

/** Filled as long as the lease lasts, fainter what is still left of it, hollow while only its owner believes in it. */
function Bar({
  bar,
  nowUs,
  at,
  middle,
  half,
  hue,
  scale,
}: {
  bar: LeaseBar;
  nowUs: number;
  at: (us: number) => number;
  middle: number;
  half: number;
  hue: string;
  scale: number;
}) {
  const [from, to] = [at(bar.fromUs), at(bar.toUs)];
  const held = Math.min(to, at(nowUs));
  const end = bar.believedUs === null ? to : at(bar.believedUs);
  const y = middle - half;
  const room = end - from > (bar.label.length + 2) * CHARACTER_PX * scale;
  return (
    <g>
      <title>{`${bar.label}: ${bar.end}`}</title>
      <rect x={from} y={y} width={Math.max(0, held - from)} height={2 * half} fill={hue} opacity={0.34} />
      <rect x={held} y={y} width={Math.max(0, to - held)} height={2 * half} fill={hue} opacity={0.14} />
      <path d={`M${from.toFixed(1)} ${y}v${2 * half}M${to.toFixed(1)} ${y}v${2 * half}`} stroke={hue} strokeWidth={2} />
      {end > to && (
        <rect
          x={to}
          y={y + 1}
          width={end - to}
          height={2 * half - 2}
          fill="none"
          stroke="var(--deny)"
          strokeWidth={1.6 * scale}
          strokeDasharray={`${5 * scale} ${4 * scale}`}
        />
      )}
      {bar.renewedUs.map((us) => (
        <path key={us} d={`M${at(us).toFixed(1)} ${y + 2 * half}l${-4 * scale} ${7 * scale}h${8 * scale}z`} fill={hue}>
          <title>renewed</title>
        </path>
      ))}
      {room && (
        <text
          x={Math.max(from, 0) + 7 * scale}
          y={middle + 4.5 * scale}
          className="stage-small"
          style={{ fill: "var(--ink)" }}
        >
          {bar.label}
        </text>
      )}
    </g>
  );
}
