import type { WindowFrame } from "@/lib/contract";

/** Stretches of time that count, as frames: the less one counts, the fainter its ground. */
export function WindowFrames({
  frames,
  xOf,
  top,
  bottom,
  width,
  hue,
  scale,
}: {
  frames: WindowFrame[];
  xOf: (atUs: number) => number;
  top: number;
  bottom: number;
  width: number;
  hue: string;
  scale: number;
}) {
  return frames.map(({ fromUs, toUs, label, weight }, i) => {
    const [from, to] = [Math.max(-2, xOf(fromUs)), Math.min(width + 2, xOf(toUs))];
    if (to <= from) return null;
    const room = to - from > label.length * 7 * scale;
    return (
      // Frames have no identity but their place: the first is always the first.
      // biome-ignore lint/suspicious/noArrayIndexKey: a frame slides, its index stays
      <g key={i}>
        <rect x={from} y={top} width={to - from} height={bottom - top} fill={hue} opacity={0.04 + 0.1 * weight} />
        <path
          d={`M${from.toFixed(1)} ${top}V${bottom}M${to.toFixed(1)} ${top}V${bottom}`}
          stroke={hue}
          strokeWidth={weight > 0 ? 2 : 1}
          strokeDasharray={weight > 0 ? undefined : "3 3"}
        />
        {room && (
          <text x={(from + to) / 2} y={top - 5 * scale} textAnchor="middle" className="stage-small">
            {label}
          </text>
        )}
      </g>
    );
  });
}
