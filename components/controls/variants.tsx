"use client";

import { useState } from "react";
import { useSession, useStore } from "../run/hooks";
import { Hint } from "../ui/hint";
import { Problem } from "../ui/problem";

/** Which code runs. Changing it resets keys and verdict; traffic goes on. */
export function Variants() {
  const session = useSession();
  const { variant, order } = useStore("facts").facts;
  // While one steps, the digits say who goes next.
  const hasKeys = order === null && session.lock === null;
  const [wanted, setWanted] = useState<string | null>(null);
  const shown = wanted ?? variant;
  const { variants } = session.pattern;
  const choose = async (id: string) => {
    setWanted(id);
    await session.setVariant(id);
    setWanted(null);
  };
  return (
    <fieldset disabled={session.lock !== null}>
      <legend className="heading mb-2">Variant</legend>
      <div className="overflow-hidden rounded-[5px] border border-edge has-disabled:border-hair">
        {variants.map(({ id, title, summary }, i) => (
          <label
            key={id}
            title={summary}
            className="flex items-baseline justify-between gap-2 border-t border-hair px-2.5 py-1.5 first:border-0 has-checked:bg-ink has-checked:text-bg has-focus-visible:outline-2 has-focus-visible:-outline-offset-4 has-focus-visible:outline-edge"
          >
            <input
              type="radio"
              name="variant"
              className="sr-only"
              data-shortcut={`variant-${i + 1}`}
              checked={id === shown}
              onChange={() => choose(id)}
            />
            <span>{title}</span>
            {hasKeys && <Hint>{i + 1}</Hint>}
          </label>
        ))}
      </div>
      <p className="mt-2 text-[12.5px] text-soft">{variants.find(({ id }) => id === shown)?.summary}</p>
      <Problem place="variant" />
    </fieldset>
  );
}
