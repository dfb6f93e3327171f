"use client";

import { useState } from "react";
import type { CreatedRun } from "@/lib/contract";
import type { Verdict } from "@/lib/events";
import { call, keepToken } from "../run/api";
import { numberText } from "../run/format";
import { useSession, useStore } from "../run/hooks";
import { messageOf } from "../run/phase";
import { Scroll } from "../ui/scroll";

const BOTH = ["as-written", "safe"];

interface Outcome {
  variant: string;
  verdict: Verdict | null;
  problem: string | null;
}

/** The same scenario and seed on the notes' form and on its safe twin, each on a Redis of its own, at pace fast. */
export function ComparePane() {
  const { pattern } = useSession();
  const { facts } = useStore("facts");
  const [scenario, setScenario] = useState(pattern.scenarios[0]?.id ?? "");
  const [outcomes, setOutcomes] = useState<Outcome[] | null>(null);
  const [ran, setRan] = useState<{ title: string; seed: number } | null>(null);
  const [busy, setBusy] = useState(false);
  const titleOf = (id: string) => pattern.variants.find((variant) => variant.id === id)?.title ?? id;

  const run = async () => {
    setBusy(true);
    setOutcomes(null);
    setRan({ title: pattern.scenarios.find(({ id }) => id === scenario)?.title ?? scenario, seed: facts.seed });
    setOutcomes(await Promise.all(BOTH.map((variant) => play(pattern.id, variant, scenario, facts.seed))));
    setBusy(false);
  };

  return (
    <Scroll label="Compare" className="h-full overflow-y-auto px-4 py-4">
      <h2 className="text-[15px] font-semibold">The same attack on both</h2>
      <p className="mt-1.5 text-soft">
        Plays one scenario with one seed on “{titleOf("as-written")}” and on “{titleOf("safe")}”, each on a Redis of its
        own. Waits are skipped by moving those servers' clocks.
      </p>
      <div className="mt-3 flex items-center gap-2">
        <select
          aria-label="Scenario to compare"
          className="field min-w-0 flex-1 py-1"
          value={scenario}
          disabled={busy}
          onChange={(event) => setScenario(event.target.value)}
        >
          {pattern.scenarios.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        <button type="button" className="button button-main" disabled={busy} onClick={run}>
          Run on both
        </button>
      </div>
      <div role="status" aria-label="Comparison" className="mt-5">
        {busy && <p className="text-soft">Both are running…</p>}
        {ran && outcomes && (
          <p className="mb-3 text-[12.5px] text-soft">
            {ran.title}, seed {ran.seed}
          </p>
        )}
        {outcomes?.map(({ variant, verdict, problem }) => (
          <div key={variant} className="border-t border-hair py-3">
            <h3 className="heading">{titleOf(variant)}</h3>
            {problem !== null && <p className="mt-1 text-deny">{problem}</p>}
            {verdict && (
              <>
                <p className="mt-1 text-[15px]">
                  <strong className={`font-semibold ${verdict.holds === false ? "text-deny" : ""}`}>
                    {verdict.holds === null ? "Not judged." : verdict.holds ? "Holds." : "Broken."}
                  </strong>{" "}
                  {verdict.text}
                </p>
                <dl className="mt-2 grid grid-cols-[1fr_auto] gap-x-4 text-[12.5px]">
                  {Object.entries(verdict.metrics).map(([name, value]) => (
                    <div key={name} className="col-span-2 grid grid-cols-subgrid">
                      <dt className="text-soft">{name}</dt>
                      <dd>{numberText(value, 2)}</dd>
                    </div>
                  ))}
                </dl>
              </>
            )}
          </div>
        ))}
      </div>
    </Scroll>
  );
}

/** One side: a run of its own, the scenario to its end, and the run is gone again. */
async function play(pattern: string, variant: string, scenario: string, seed: number): Promise<Outcome> {
  let runId: string | null = null;
  try {
    const created = await call<CreatedRun>("POST", "/api/runs", { pattern, variant, seed });
    runId = created.runId;
    keepToken(runId, created.token);
    const path = `/api/runs/${runId}/scenarios/${scenario}?wait=true`;
    const { verdict } = await call<{ verdict: Verdict }>("POST", path, { pace: "fast" });
    return { variant, verdict, problem: null };
  } catch (error) {
    return { variant, verdict: null, problem: messageOf(error) };
  } finally {
    if (runId !== null) await call("DELETE", `/api/runs/${runId}`).catch(() => null);
  }
}
