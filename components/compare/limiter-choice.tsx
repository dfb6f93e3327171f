"use client";

import { type LimiterId, limitersOf, MAX_LIMITERS, MIN_LIMITERS, sameLimiter } from "./family";
import { useComparison } from "./hooks";

/** Which limiters take part: two to five, of any pattern of the family. */
export function LimiterChoice() {
  const session = useComparison();
  const { patterns, setup } = session;
  const isFull = setup.limiters.length >= MAX_LIMITERS;
  const isChosen = (limiter: LimiterId) => setup.limiters.some((one) => sameLimiter(one, limiter));
  const toggle = (limiter: LimiterId) =>
    session.change({
      limiters: limitersOf(patterns).filter((one) => (sameLimiter(one, limiter) ? !isChosen(one) : isChosen(one))),
    });
  return (
    <fieldset>
      <legend className="heading">
        Limiters{" "}
        <span className="font-normal">{`${setup.limiters.length} chosen, of ${MIN_LIMITERS} to ${MAX_LIMITERS}`}</span>
      </legend>
      {patterns.map(({ id: pattern, title, variants }) => (
        <fieldset key={pattern} className="mt-2">
          <legend className="font-medium">{title}</legend>
          {variants.map(({ id: variant, title: name, summary }) => {
            const limiter = { pattern, variant };
            const isLocked = isFull && !isChosen(limiter);
            return (
              <label
                key={variant}
                title={isLocked ? `At most ${MAX_LIMITERS} at once.` : summary}
                className="flex items-center gap-2 py-px has-disabled:text-soft"
              >
                <input
                  type="checkbox"
                  className="check"
                  aria-label={`${title}, ${name}`}
                  checked={isChosen(limiter)}
                  disabled={isLocked}
                  onChange={() => toggle(limiter)}
                />
                {name}
              </label>
            );
          })}
        </fieldset>
      ))}
    </fieldset>
  );
}
