"use client";

import { TRAFFIC_SHAPES, type TrafficShape } from "@/lib/contract";
import { SeedSetting } from "../controls/seed-setting";
import { Settings } from "../side-by-side/settings";
import { useComparison } from "./hooks";
import { ARRIVAL_RANGES } from "./setup";

const SHAPES: Record<TrafficShape, string> = {
  steady: "Evenly spaced.",
  poisson: "Independent of each other, as many users make them.",
  burst: "All of a second's requests at its start.",
  spike: "A quarter of the rate, and four times it in the middle fifth.",
  hammer: "Each request comes with two retries at once.",
};

/** The one stream of requests that all limiters get. */
export function ArrivalsChoice() {
  const session = useComparison();
  const { shape, clients, seed } = session.setup;
  return (
    <fieldset>
      <legend className="heading mb-1">Arrivals</legend>
      <fieldset className="flex flex-wrap gap-x-3 gap-y-1">
        <legend className="sr-only">Shape</legend>
        {TRAFFIC_SHAPES.map((kind) => (
          <label key={kind} className="group text-soft has-checked:text-ink">
            <input
              type="radio"
              name="shape"
              className="sr-only"
              checked={shape === kind}
              onChange={() => session.change({ shape: kind })}
            />
            <span className="border-b-2 border-transparent group-has-checked:border-ink group-has-checked:font-semibold group-has-focus-visible:outline-2 group-has-focus-visible:outline-offset-2">
              {kind}
            </span>
          </label>
        ))}
      </fieldset>
      <p className="mt-1.5 min-h-[2.9em] text-[12.5px] text-soft">{SHAPES[shape]}</p>
      <Settings
        values={session.setup}
        onChange={(key, value) => session.change({ [key]: value })}
        fields={[
          { key: "rate", title: "Requests", unit: "a second", range: ARRIVAL_RANGES.rate },
          { key: "seconds", title: "For", unit: "seconds", range: ARRIVAL_RANGES.seconds },
          { key: "clients", title: "By", unit: clients === 1 ? "client" : "clients", range: ARRIVAL_RANGES.clients },
        ]}
      />
      <SeedSetting value={seed} onChange={(next) => session.change({ seed: next })} />
    </fieldset>
  );
}
