"use client";

import { useEffect, useRef } from "react";
import { useMedia } from "../run/hooks";
import type { Geometry } from "./geometry";
import { useComparison } from "./hooks";
import { LanePicture, type Reading } from "./lane-picture";

interface Props {
  geometry: Geometry;
  left: number;
  /** Must be stable. */
  onReading: (reading: Reading) => void;
}

/** The drawn part of the lanes. It draws itself, frame by frame, past React; what it shows stands in the table twin. */
export function LanesCanvas({ geometry, left, onReading }: Props) {
  const session = useComparison();
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  const ref = useRef<HTMLCanvasElement>(null);
  const picture = useRef<LanePicture | null>(null);

  useEffect(() => {
    if (!ref.current) return;
    const drawn = new LanePicture(ref.current, session, onReading);
    picture.current = drawn;
    return () => drawn.close();
  }, [session, onReading]);
  useEffect(() => picture.current?.resize(geometry, calm), [geometry, calm]);

  return (
    <div aria-hidden="true" className="absolute top-0" style={{ left: left - geometry.margin }}>
      <canvas
        ref={ref}
        className={`block ${session.log?.disagreements ? "cursor-pointer" : ""}`}
        style={{ width: geometry.width + 2 * geometry.margin, height: geometry.height }}
      />
    </div>
  );
}
