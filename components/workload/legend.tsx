"use client";

import { ActorMark } from "../ui/actor-mark";
import { Columns } from "./columns";
import type { Geometry } from "./geometry";
import { useWorkload } from "./hooks";
import type { ShownStrategy } from "./session";

interface Props {
  strategies: readonly ShownStrategy[];
  geometry: Geometry;
  focus: number | null;
}

/** Whose lines these are; pressed, a strategy's lines stand out. */
export function Legend({ strategies, geometry, focus }: Props) {
  const { pointer, present } = useWorkload();
  return (
    <figcaption className="mb-1">
      <Columns title={null} label="Strategies" geometry={geometry}>
        {strategies.map(({ key, pattern, variant, mark }, i) => (
          <li key={key} className="min-w-0">
            <button
              type="button"
              aria-pressed={focus === i}
              title={`Makes its lines stand out (${i + 1})`}
              className={`flex max-w-full items-baseline gap-2 border-b-2 text-left ${focus === i ? "border-ink" : "border-transparent"}`}
              onClick={() => pointer.toggle(i)}
            >
              <ActorMark index={mark} size={present ? 18 : 12} />
              <span className="min-w-0">
                <span className="stage-text block font-semibold">{pattern}</span>
                <span className="stage-small block">{variant}</span>
              </span>
            </button>
          </li>
        ))}
      </Columns>
    </figcaption>
  );
}
