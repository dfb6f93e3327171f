import type { LanesPanel } from "@/lib/contract";
import { CrossedRing } from "../ui/crossed-mark";
import { WarningSign } from "./lane-marks";

/** What the marks mean, in the pattern's own words. */
export function LaneLegend({ legend }: { legend: LanesPanel["legend"] }) {
  return (
    <span className="flex flex-wrap gap-x-5">
      {legend.yes && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12">
            <circle r="4.6" fill="var(--soft)" />
          </svg>
          {legend.yes}
        </span>
      )}
      {legend.wrong && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="1.05em" height="1.05em" viewBox="-7 -7 14 14">
            <WarningSign r={5} />
          </svg>
          {legend.wrong}
        </span>
      )}
      {legend.no && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="0.95em" height="0.95em" viewBox="-6 -6 12 12">
            <CrossedRing />
          </svg>
          {legend.no}
        </span>
      )}
      {legend.redis && (
        <span className="flex items-center gap-2">
          <svg aria-hidden="true" width="0.5em" height="1.1em" viewBox="-3 -7 6 14">
            <path d="M0-7V7" stroke="var(--edge)" strokeWidth="1.4" />
          </svg>
          {legend.redis}
        </span>
      )}
    </span>
  );
}
