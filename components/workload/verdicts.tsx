"use client";

import Link from "next/link";
import { Judgement } from "../side-by-side/facts";
import { ActorMark } from "../ui/actor-mark";
import { useWorkload } from "./hooks";
import type { ShownStrategy } from "./session";

/** What each strategy promises, and what its run's invariant says of that. */
export function Verdicts() {
  const session = useWorkload();
  return (
    <section aria-labelledby="verdicts-heading" className="mt-7">
      <h2 id="verdicts-heading" className="stage-text font-semibold">
        What each promises
      </h2>
      <ul aria-label="Verdicts" className="mt-2">
        {session.strategies().map((strategy) => (
          <Line
            key={strategy.key}
            strategy={strategy}
            invariant={session.patterns.find(({ id }) => id === strategy.id.pattern)?.invariant ?? ""}
            markSize={session.present ? 18 : 12}
          />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  strategy: ShownStrategy;
  invariant: string;
  markSize: number;
}

function Line({ strategy: { pattern, variant, id, mark, facts, href }, invariant, markSize }: LineProps) {
  return (
    <li className="workload-verdict border-t border-hair py-2">
      <div className="flex items-baseline gap-2">
        <ActorMark index={mark} size={markSize} />
        <div className="min-w-0">
          <p className="stage-text font-semibold">
            {pattern}
            <span className="stage-small block font-normal">
              <span className="sr-only">, </span>
              {variant}
            </span>
          </p>
          <p className="stage-small mt-0.5 flex gap-3 present:hidden">
            <Link href={`/patterns/${id.pattern}?variant=${id.variant}`} prefetch={false} className="link">
              Pattern<span className="sr-only"> {pattern}</span>
            </Link>
            {href && (
              <Link href={href} prefetch={false} className="link" title="Its code, its wire and its timeline">
                This run<span className="sr-only"> of {pattern}</span>
              </Link>
            )}
          </p>
        </div>
      </div>
      <div>
        {facts && (
          <p className="stage-text" data-holds={facts.holds === null ? "unknown" : String(facts.holds)}>
            <Judgement holds={facts.holds} verdict={facts.verdict} />
          </p>
        )}
        <p className="stage-small">{invariant}</p>
      </div>
    </li>
  );
}
