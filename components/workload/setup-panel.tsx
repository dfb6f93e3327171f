"use client";

import { NumberSetting } from "../controls/number-setting";
import { SeedSetting } from "../controls/seed-setting";
import { Notes, Settings } from "../side-by-side/settings";
import { VariantChoice } from "../side-by-side/variant-choice";
import { sameVariant } from "../side-by-side/variants";
import { ActorMark } from "../ui/actor-mark";
import { useWorkload } from "./hooks";
import { killRange, killSecondOf, RANGES, SHARED, type SharedParams, sharedNotes, sharedRange } from "./setup";
import { everyPattern, markIndices } from "./strategies";

/** What the next workload is to be. */
export function SetupPanel() {
  const session = useWorkload();
  const { patterns, setup } = session;
  const marks = markIndices(setup.strategies, patterns);
  return (
    <>
      <VariantChoice
        title="Strategies"
        patterns={patterns}
        chosen={setup.strategies}
        onChoose={(strategies) => session.change({ strategies })}
        mark={(id) => <ActorMark index={marks[setup.strategies.findIndex((one) => sameVariant(one, id))]} />}
      >
        <div className="mt-1 flex gap-3">
          <AllOf variant="as-written" label="All as written" />
          <AllOf variant="safe" label="All safe" />
        </div>
      </VariantChoice>
      <Operations />
      <Shared />
    </>
  );
}

/** One press for the same variant of every pattern. */
function AllOf({ variant, label }: { variant: string; label: string }) {
  const session = useWorkload();
  const all = everyPattern(session.patterns, variant);
  if (!all.length) return null;
  return (
    <button type="button" className="link" onClick={() => session.change({ strategies: all })}>
      {label}
    </button>
  );
}

/** The one stream of reads and writes that all strategies get. */
function Operations() {
  const session = useWorkload();
  const { seconds, keys, skew, seed } = session.setup;
  const killAt = killSecondOf(session.setup);
  return (
    <fieldset>
      <legend className="heading">Reads and writes</legend>
      <Settings
        values={session.setup}
        onChange={(key, value) => session.change({ [key]: value })}
        fields={[
          { key: "writePercent", title: "Writes", unit: "% of all", range: RANGES.writePercent, withSlider: true },
          { key: "rate", title: "Operations", unit: "a second", range: RANGES.rate },
          { key: "seconds", title: "For", unit: "seconds", range: RANGES.seconds },
          { key: "keys", title: "Of", unit: keys === 1 ? "row" : "rows", range: RANGES.keys },
          { key: "skew", title: "Skew", unit: "(Zipf)", range: RANGES.skew },
        ]}
      />
      <p className="mt-1.5 min-h-[2.9em] text-[12.5px] text-soft">{skewText(skew)}</p>
      <label className="mt-1.5 flex items-center gap-2">
        <input
          type="checkbox"
          className="check"
          checked={killAt !== null}
          onChange={() => session.change({ killAt: killAt === null ? "half time" : null })}
        />
        Kill every Redis (kill -9)
      </label>
      {killAt !== null && (
        <NumberSetting
          title="After"
          unit="seconds"
          range={killRange(seconds)}
          value={killAt}
          onChange={(next) => session.change({ killAt: next })}
        />
      )}
      <SeedSetting value={seed} onChange={(next) => session.change({ seed: next })} />
    </fieldset>
  );
}

/** What the exponent means for the first two rows. */
function skewText(skew: number): string {
  if (skew === 0) return "Every row is asked for as often as every other.";
  const times = (2 ** skew).toFixed(1).replace(/\.0$/, "");
  return `The first row is asked for ${times} times as often as the second.`;
}

const WORDS: Record<keyof SharedParams, { title: string; unit: string }> = {
  databaseMs: { title: "Query delay", unit: "ms" },
  ttlMs: { title: "TTL", unit: "ms" },
};

/** One value for all of them. */
function Shared() {
  const session = useWorkload();
  const { patterns, setup } = session;
  const fields = SHARED.flatMap((key) => {
    const range = sharedRange(patterns, setup.strategies, key);
    return range ? [{ key, ...WORDS[key], range, withSlider: true }] : [];
  });
  if (fields.length === 0) return null;
  return (
    <fieldset>
      <legend className="heading">The same for all</legend>
      <Settings values={setup} onChange={(key, value) => session.change({ [key]: value })} fields={fields} />
      <Notes lines={sharedNotes(patterns, setup)} />
    </fieldset>
  );
}
