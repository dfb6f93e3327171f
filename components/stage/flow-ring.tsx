import type { FlowRing as Ring } from "@/lib/contract";
import { ttlText } from "../run/format";

/** Of a radius of 1: the arc, and where the bars around it begin and end. */
const ARC = 0.62;
const BARS = { from: 0.76, to: 1 };

/** The hot key's time to live: an arc that shortens to the top, where it ends; around it bars, how many keys end when. */
export function FlowRing({ ring, size }: { ring: Ring; size: number }) {
  const left = ring.leftMs === null ? 0 : Math.min(1, ring.leftMs / ring.ofMs);
  const most = Math.max(1, ...ring.ends);
  const keys = ring.ends.reduce((sum, count) => sum + count, 0);
  const turn = (share: number, r: number) => {
    const angle = 2 * Math.PI * share;
    return `${(r * Math.sin(angle)).toFixed(3)} ${(-r * Math.cos(angle)).toFixed(3)}`;
  };
  const bars = ring.ends
    .map((count, i) => {
      const share = (i + 0.5) / ring.ends.length;
      const length = BARS.from + (BARS.to - BARS.from) * (count / most);
      return count > 0 ? `M${turn(share, BARS.from)}L${turn(share, length)}` : "";
    })
    .join("");
  return (
    <span className="flex items-center gap-2.5">
      <svg aria-hidden="true" width={size} height={size} viewBox="-1.04 -1.04 2.08 2.08" className="flex-none">
        <circle r={ARC} fill="none" stroke="var(--hair)" strokeWidth={0.16} />
        {left >= 1 && <circle r={ARC} fill="none" stroke="var(--surface)" strokeWidth={0.16} />}
        {left > 0 && left < 1 && (
          <path
            d={`M${turn(0, ARC)}A${ARC} ${ARC} 0 ${left > 0.5 ? 1 : 0} 1 ${turn(left, ARC)}`}
            fill="none"
            stroke="var(--surface)"
            strokeWidth={0.16}
          />
        )}
        {keys > 1 && <path d={bars} stroke="var(--ink)" strokeWidth={0.07} />}
      </svg>
      <span className="flex flex-col">
        <span className="stage-text font-semibold tabular-nums">{ring.key === "" ? "no key yet" : ring.key}</span>
        <span className="stage-small tabular-nums">{ringText(ring, keys)}</span>
      </span>
    </span>
  );
}

/** "3.2 s left", and how many keys there are when it is not alone. */
export function ringText({ key, leftMs }: Ring, keys: number): string {
  if (key === "") return "";
  const own = leftMs === null ? "not there" : `${ttlText(leftMs)} left`;
  return keys > 1 ? `${own}; ${keys.toLocaleString("en-US")} keys` : own;
}
