"use client";

import { Notes, Settings } from "../side-by-side/settings";
import { VariantChoice } from "../side-by-side/variant-choice";
import { ArrivalsChoice } from "./arrivals-choice";
import { useComparison } from "./hooks";
import { quotaNotes, quotaRanges } from "./setup";

/** What the next comparison is to be. */
export function SetupPanel() {
  const session = useComparison();
  const { patterns, setup } = session;
  return (
    <>
      <VariantChoice
        title="Limiters"
        patterns={patterns}
        chosen={setup.limiters}
        onChoose={(limiters) => session.change({ limiters })}
      />
      <Quota />
      <ArrivalsChoice />
    </>
  );
}

/** One for all of them; each takes it in its own terms. */
function Quota() {
  const session = useComparison();
  const { patterns, setup } = session;
  const { limiters, quota } = setup;
  const ranges = quotaRanges(patterns, limiters);
  return (
    <fieldset>
      <legend className="heading">Quota of each client</legend>
      <Settings
        values={quota}
        onChange={(key, value) => session.change({ quota: { ...quota, [key]: value } })}
        fields={[
          { key: "limit", title: "Limit", unit: "requests", range: ranges.limit, withSlider: true },
          { key: "windowMs", title: "Window", unit: "ms", range: ranges.windowMs, withSlider: true },
        ]}
      />
      <Notes lines={quotaNotes(patterns, limiters, quota)} />
    </fieldset>
  );
}
