"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import type { Expectation } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Problem } from "../ui/problem";
import { lackOf } from "./lack";

const OwnOrder = dynamic(() => import("./own-order").then((module) => module.OwnOrder), { ssr: false });

/** There the stage is far above the scenarios, and out of sight. */
const NARROW = "(max-width: 767px)";
const STAGE = "[aria-label='Stage']";

/** Named, seeded stories, each with what it should do to the variant at hand. */
export function Scenarios() {
  const session = useSession();
  const { scenario: running, variant, order } = useStore("facts").facts;
  const [pace, setPace] = useState<"live" | "fast">("live");
  const title = session.pattern.variants.find(({ id }) => id === variant)?.title ?? variant;
  return (
    <section aria-labelledby="scenarios-heading">
      <div className="mb-1 flex items-baseline justify-between">
        <h2 id="scenarios-heading" className="heading">
          Scenarios
        </h2>
        <fieldset className="flex gap-3 text-[12.5px]">
          <legend className="sr-only">Pace</legend>
          {(["live", "fast"] as const).map((kind) => (
            <label key={kind} className="group text-soft has-checked:text-ink">
              <input
                type="radio"
                name="pace"
                className="sr-only"
                checked={pace === kind}
                onChange={() => setPace(kind)}
              />
              <span className="border-b-2 border-transparent group-has-checked:border-ink group-has-checked:font-semibold group-has-focus-visible:outline-2 group-has-focus-visible:outline-offset-2">
                {kind}
              </span>
            </label>
          ))}
        </fieldset>
      </div>
      <ul>
        {session.pattern.scenarios.map(({ id, title: name, summary, expect, needs, race }) => {
          const expected = expect[variant] ?? "n/a";
          const lock =
            session.lock ??
            lackOf(needs, session.view?.clock) ??
            (running ? "A scenario is running." : expected === "n/a" ? `Not for the variant “${title}”.` : null);
          return (
            <li key={id} className="border-b border-hair py-1.5 last:border-0">
              <div className={`flex items-start justify-between gap-2 ${race ? "flex-col" : ""}`}>
                <details className="group min-w-0">
                  <summary className="list-none [&::-webkit-details-marker]:hidden">
                    {name}
                    <svg
                      aria-hidden="true"
                      width="8"
                      height="8"
                      viewBox="0 0 8 8"
                      className="ml-1.5 inline-block rotate-0 text-soft group-open:rotate-90"
                    >
                      <path d="M2 1l3 3-3 3" fill="none" stroke="currentColor" strokeWidth="1.3" />
                    </svg>
                    <span className={`block text-[12px] ${expected === "breaks" ? "text-deny" : "text-soft"}`}>
                      {running?.id === id ? "running…" : variant === "" ? "\u00a0" : expectation(expected, title)}
                    </span>
                  </summary>
                  <p className="mt-1 text-[12.5px] text-soft">{summary}</p>
                  <p className="mt-1 text-[12.5px] text-soft">{everyVariant(expect, session.pattern.variants)}</p>
                </details>
                <div className={`flex gap-1.5 ${race ? "text-[13px]" : ""}`}>
                  <button
                    type="button"
                    className={`button py-0.5 ${race ? "px-1.5" : "px-2"}`}
                    aria-label={`Run ${id}`}
                    // Not `disabled`: while it is played the focus stays where it is.
                    aria-disabled={lock !== null}
                    title={lock ?? summary}
                    onClick={() => {
                      if (lock !== null) return;
                      session.scenario(id, pace);
                      if (matchMedia(NARROW).matches) document.querySelector(STAGE)?.scrollIntoView();
                    }}
                  >
                    Run
                  </button>
                  {race && <RaceButtons id={id} isMeant={expected !== "n/a"} />}
                </div>
              </div>
            </li>
          );
        })}
      </ul>
      {session.phase.kind === "open" && <OwnOrder />}
      <Problem place="scenarios" />
      {order === null && <Problem place="step" />}
    </section>
  );
}

/** Of a race: be its scheduler, or let every order run. Both have a Redis of their own, so that this run is left as it is. */
function RaceButtons({ id, isMeant }: { id: string; isMeant: boolean }) {
  const session = useSession();
  const lock =
    session.phase.kind !== "open" ? session.lock : (session.step.lock ?? (isMeant ? null : "Not for this variant."));
  return (
    <>
      <button
        type="button"
        className="button px-1.5 py-0.5 whitespace-nowrap"
        aria-label={`Step ${id}`}
        disabled={lock !== null}
        title={lock ?? "You choose who goes next, command by command"}
        onClick={() => void session.step.begin({ scenario: id, actors: null })}
      >
        Step
      </button>
      <button
        type="button"
        className="button px-1.5 py-0.5 whitespace-nowrap"
        aria-label={`Every order of ${id}`}
        disabled={lock !== null}
        title={lock ?? "Runs every order of its commands, and counts those that break it"}
        onClick={() => void session.orders.start(id)}
      >
        Every order
      </button>
    </>
  );
}

function expectation(expected: Expectation, variant: string): string {
  if (expected === "n/a") return `not for ${variant}`;
  return expected === "holds" ? `${variant} should hold` : `${variant} should break`;
}

/** "Holds: As written, Safe. Breaks: Read, then write." */
function everyVariant(expect: Record<string, Expectation>, variants: { id: string; title: string }[]): string {
  const of = (wanted: Expectation) =>
    variants.filter(({ id }) => (expect[id] ?? "n/a") === wanted).map(({ title }) => title);
  return (["holds", "breaks", "n/a"] as const)
    .map((wanted) => [wanted === "n/a" ? "Not for" : wanted === "holds" ? "Holds" : "Breaks", of(wanted)] as const)
    .filter(([, titles]) => titles.length)
    .map(([word, titles]) => `${word}: ${titles.join("; ")}.`)
    .join(" ");
}
