"use client";

import { NumberSetting } from "../controls/number-setting";
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
      <NumberSetting
        title="Limit"
        unit="requests"
        range={ranges.limit}
        value={quota.limit}
        onChange={(limit) => session.change({ quota: { ...quota, limit } })}
        withSlider
      />
      <NumberSetting
        title="Window"
        unit="ms"
        range={ranges.windowMs}
        value={quota.windowMs}
        onChange={(windowMs) => session.change({ quota: { ...quota, windowMs } })}
        withSlider
      />
      {quotaNotes(patterns, limiters, quota).map((note) => (
        <p key={note} className="mt-1.5 text-[12.5px] text-soft">
          {note}
        </p>
      ))}
    </fieldset>
  );
}
