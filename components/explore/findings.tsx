"use client";

import { Fragment } from "react";
import type { Exploration } from "@/lib/contract";
import { countText } from "../run/format";
import { useSession } from "../run/hooks";
import type { Other } from "./orders-session";

/** The few facts under the tiles, and the offer to run the same race under another variant. */
export function Findings({ exploration, current }: { exploration: Exploration; current: number | null }) {
  const session = useSession();
  const { orders } = session;
  const { shortest, schedules, complete, strategy, clock, status, scenario } = exploration;
  const titleOf = (id: string) => session.pattern.variants.find((variant) => variant.id === id)?.title ?? id;
  const expect = session.pattern.scenarios.find(({ id }) => id === scenario)?.expect ?? {};
  const asked = new Set([exploration.variant, ...orders.others.map(({ variant }) => variant)]);
  const offers = session.pattern.variants.filter(({ id }) => !asked.has(id) && (expect[id] ?? "n/a") !== "n/a");
  const rows: [string, string][] = [
    ["orders run", `${countText(schedules)}, ${complete ? "complete" : strategy}`],
    ...(shortest ? [["shortest way to break it", wayText(shortest)] as [string, string]] : []),
    ["this order", current === null ? "–" : `no. ${countText(current + 1)}`],
    ["clock", clock === "virtual" ? "virtual: Redis’ own follows it" : "fallback"],
    ...orders.others.map((other): [string, string] => [`with ${titleOf(other.variant)}`, otherText(other)]),
  ];
  return (
    <>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {rows.map(([term, fact]) => (
          <Fragment key={term}>
            <dt className="text-soft">{term}</dt>
            <dd className="text-right">{fact}</dd>
          </Fragment>
        ))}
      </dl>
      {clock === "fallback" && (
        <p className="mt-2 text-[12.5px] text-soft">
          The clock shim is missing here: when time passes, keys whose deadline is over are deleted, so Redis says{" "}
          <code>del</code> instead of <code>expired</code>; PTTL, and TIME in Lua, stay real.
        </p>
      )}
      {status === "done" && session.owner && (
        <div className="mt-3 flex flex-wrap gap-2">
          {offers.map(({ id, title }) => (
            <button key={id} type="button" className="button" onClick={() => void orders.compare(id)}>
              The same with {title}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

const wayText = ({ switches, steps }: { switches: number; steps: number }) =>
  `${switches} ${switches === 1 ? "switch" : "switches"}, ${steps} steps`;

function otherText({ exploration, problem }: Other): string {
  if (problem !== null) return problem;
  if (!exploration) return "running…";
  const { violating, schedules, complete } = exploration;
  return `${countText(violating)} of ${countText(schedules)}${complete ? "" : ", not complete"}`;
}
