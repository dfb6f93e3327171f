"use client";

import type { StrategyFacts } from "@/lib/contract";
import { countText } from "../run/format";
import { ActorMark } from "../ui/actor-mark";
import { Columns } from "./columns";
import type { Geometry } from "./geometry";
import { useWorkload } from "./hooks";
import type { ShownStrategy } from "./session";

/** Of no moment, but of the whole: counted at the end. */
export function LostWrites({ strategies, geometry }: { strategies: readonly ShownStrategy[]; geometry: Geometry }) {
  const { present } = useWorkload();
  return (
    <div className="mt-1 border-t border-hair pt-2">
      <Columns
        label="Lost writes"
        geometry={geometry}
        title={
          <p className={geometry.narrow ? "mb-1 flex items-end gap-2" : "pr-3"}>
            <span className="stage-text block font-semibold">Lost writes</span>
            <span className="stage-small block">acknowledged, nowhere to be read</span>
          </p>
        }
      >
        {strategies.map(({ key, short, mark, facts }) => (
          <li key={key} className="flex min-h-[3em] min-w-0 items-baseline gap-2">
            <ActorMark index={mark} size={present ? 18 : 12} />
            <span className="sr-only">{short}: </span>
            <Count facts={facts} />
          </li>
        ))}
      </Columns>
    </div>
  );
}

function Count({ facts }: { facts: StrategyFacts | null }) {
  if (!facts || facts.lost === null) return <span className="stage-small">{facts ? "counted at the end" : ""}</span>;
  return (
    <span>
      <span className={`compare-total ${facts.lost ? "text-deny" : ""}`}>{countText(facts.lost)}</span>{" "}
      <span className="stage-small">
        of {countText(facts.writes)}
        {facts.unknown > 0 && <span className="block">{countText(facts.unknown)} more unanswered</span>}
      </span>
    </span>
  );
}
