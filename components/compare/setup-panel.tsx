"use client";

import { ArrivalsChoice } from "./arrivals-choice";
import { useComparison } from "./hooks";
import { LimiterChoice } from "./limiter-choice";
import { NumberSetting } from "./number-setting";
import { quotaNotes, quotaRanges } from "./setup";

/** What the next comparison is to be; locked while one runs. */
export function SetupPanel() {
  const session = useComparison();
  const { lock, view } = session;
  const isWatched = view !== null && !view.owner && session.isRunning;
  return (
    <div className="flex flex-col gap-5 p-4">
      {isWatched && <p className="border-l-2 border-ink pl-2">{lock}</p>}
      <fieldset disabled={lock !== null} title={lock ?? undefined} className="flex min-w-0 flex-col gap-5">
        <legend className="sr-only">Set-up</legend>
        <LimiterChoice />
        <Quota />
        <ArrivalsChoice />
      </fieldset>
    </div>
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
