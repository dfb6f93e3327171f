"use client";

import type { ReactNode } from "react";
import type { PatternDescription } from "@/lib/contract";
import { MAX_RUNS, MIN_RUNS, sameVariant, type VariantId, variantsOf } from "./variants";

interface Props {
  /** What they are, in the plural. */
  title: string;
  patterns: readonly PatternDescription[];
  chosen: readonly VariantId[];
  onChoose: (chosen: VariantId[]) => void;
  /** Beside a variant's name. */
  mark?: (id: VariantId) => ReactNode;
  children?: ReactNode;
}

/** Which variants take part: two to five, of any pattern. */
export function VariantChoice({ title, patterns, chosen, onChoose, mark, children }: Props) {
  const isFull = chosen.length >= MAX_RUNS;
  const isChosen = (id: VariantId) => chosen.some((one) => sameVariant(one, id));
  const toggle = (id: VariantId) =>
    onChoose(variantsOf(patterns).filter((one) => (sameVariant(one, id) ? !isChosen(one) : isChosen(one))));
  return (
    <fieldset>
      <legend className="heading">
        {title} <span className="font-normal">{`${chosen.length} chosen, of ${MIN_RUNS} to ${MAX_RUNS}`}</span>
      </legend>
      {children}
      {patterns.map(({ id: pattern, title: patternTitle, variants }) => (
        <fieldset key={pattern} className="mt-2">
          <legend className="font-medium">{patternTitle}</legend>
          {variants.map(({ id: variant, title: name, summary }) => {
            const id = { pattern, variant };
            const isLocked = isFull && !isChosen(id);
            return (
              <label
                key={variant}
                title={isLocked ? `At most ${MAX_RUNS} at once.` : summary}
                className="flex items-center gap-2 py-px has-disabled:text-soft"
              >
                <input
                  type="checkbox"
                  className="check"
                  aria-label={`${patternTitle}, ${name}`}
                  checked={isChosen(id)}
                  disabled={isLocked}
                  onChange={() => toggle(id)}
                />
                {name}
                {isChosen(id) && mark?.(id)}
              </label>
            );
          })}
        </fieldset>
      ))}
    </fieldset>
  );
}
