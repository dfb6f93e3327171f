import type { ReactNode } from "react";
import type { Geometry } from "./geometry";

interface Props {
  title: ReactNode;
  label: string;
  geometry: Geometry;
  /** One per strategy. */
  children: ReactNode[];
}

/** One column per strategy, over and under the charts; on a narrow window one line each. */
export function Columns({ title, label, geometry: { narrow, left, chart }, children }: Props) {
  const count = children.length;
  return (
    <div className={narrow ? "" : "flex"}>
      <div style={narrow ? {} : { width: left + chart.levelWidth }} className="shrink-0">
        {title}
      </div>
      <ul
        aria-label={label}
        className="grid flex-1 gap-x-4 gap-y-1"
        style={narrow ? {} : { gridTemplateColumns: `repeat(${count}, minmax(0, 1fr))` }}
      >
        {children}
      </ul>
    </div>
  );
}
