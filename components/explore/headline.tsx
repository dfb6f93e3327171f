"use client";

import type { Exploration } from "@/lib/contract";
import { countText, numberText } from "../run/format";
import { useSession } from "../run/hooks";

/** The number that one remembers, the sentence that one quotes, and how far it has come. */
export function Headline({ exploration, problem }: { exploration: Exploration; problem: string | null }) {
  const session = useSession();
  const { schedules, violating, status, schedulesPerSecond, ms } = exploration;
  const running = status === "running";
  const title = session.pattern.scenarios.find(({ id }) => id === exploration.scenario)?.title;
  const variant = session.pattern.variants.find(({ id }) => id === exploration.variant)?.title;
  return (
    <div>
      <p className="text-[12.5px] text-soft">
        {title}; {variant}
      </p>
      <h2
        className={`mt-1 text-[40px] leading-[1.1] font-semibold tracking-[-0.02em] ${violating > 0 ? "text-deny" : ""}`}
      >
        {countText(violating)} of {countText(schedules)}
      </h2>
      <div role="status" aria-label="Exploration" className="min-h-[3em]">
        {running ? (
          <p className="text-soft">orders so far break it; {countText(Math.round(schedulesPerSecond))} a second</p>
        ) : (
          <>
            <p className="text-[15px]">{exploration.text}</p>
            <p className="text-soft">
              {status === "cancelled" ? "Cancelled. " : ""}
              {schedules > 0 &&
                `Each was run on a real Redis, all in ${ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${numberText(ms / 1000, 1)} s`}.`}
            </p>
          </>
        )}
        {(exploration.problem ?? problem) !== null && (
          <p className="mt-1 border-l-2 border-deny pl-2 text-deny">{exploration.problem ?? problem}</p>
        )}
      </div>
      {running && session.owner && (
        <button type="button" className="button mt-2" onClick={() => void session.orders.cancel()}>
          Cancel
        </button>
      )}
      <p aria-hidden="true" className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-[12.5px] text-soft">
        <Key d="M1 1h10v10H1z" fill="var(--tile)" text="holds" />
        <Key d="M1.5 1.5h9v9h-9zM3.5 3.5l5 5M8.5 3.5l-5 5" stroke="var(--deny)" text="breaks" />
        <Key d="M1.5 1.5h9v9h-9z" stroke="var(--edge)" text="not judged" />
        <Key d="M1.5 1.5h9v9h-9z" stroke="var(--ink)" strokeWidth={2.5} text="shown now" />
      </p>
    </div>
  );
}

function Key({
  text,
  fill = "none",
  ...path
}: {
  text: string;
  d: string;
  fill?: string;
  stroke?: string;
  strokeWidth?: number;
}) {
  return (
    <span className="flex items-center gap-1.5">
      <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12">
        <path fill={fill} strokeWidth={1.3} {...path} />
      </svg>
      {text}
    </span>
  );
}
