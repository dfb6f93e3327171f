import type { FlowRing as Ring } from "@/lib/contract";
import { countText, ttlText } from "../run/format";
import { arcPath, shareLeft } from "./ring";

/** Of a radius of 1: the arc, and where the bars around it begin and end. */
const ARC = 0.54;
const BARS = { from: 0.7, to: 1 };

/** The hot key's time to live: an arc that shortens to the top, where it ends; around it bars, how many keys end when. */
export function FlowRing({ ring, size }: { ring: Ring; size: number }) {
  const left = ring.leftMs === null ? 0 : shareLeft(ring.leftMs, ring.ofMs);
  const most = Math.max(1, ...ring.ends);
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
        <path d={arcPath(left, ARC)} fill="none" stroke="var(--surface)" strokeWidth={0.16} />
        {keysOf(ring) > 1 && <path d={bars} stroke="var(--ink)" strokeWidth={0.07} />}
      </svg>
      <span className="flex flex-col whitespace-nowrap">
        <span className="stage-text font-semibold tabular-nums">{ring.key === "" ? "no key yet" : ring.key}</span>
        {ringTexts(ring).map((text) => (
          <span key={text} className="stage-small tabular-nums">
            {text}
          </span>
        ))}
      </span>
    </span>
  );
}

const keysOf = ({ ends }: Ring): number => ends.reduce((sum, count) => sum + count, 0);

/** What the ring says in words: "3.2 s left", and how many keys there are when it is not alone. */
export function ringTexts(ring: Ring): string[] {
  const { key, leftMs } = ring;
  if (key === "") return [];
  const keys = keysOf(ring);
  const own = leftMs === null ? "not there" : `${ttlText(leftMs)} left`;
  return keys > 1 ? [own, `${countText(keys)} keys`] : [own];
}
