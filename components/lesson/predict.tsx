"use client";

import { useState } from "react";
import type { LessonText } from "./lesson-pane";

/** A question to answer before looking; the answer and its reason come with the choice. */
export function Predict({ predict }: { predict: NonNullable<LessonText["predict"]> }) {
  const [chosen, setChosen] = useState<number | null>(null);
  const right = chosen === predict.answer;
  return (
    <section className="mb-7 border-b border-hair pb-6">
      <fieldset>
        <legend className="text-[15px] font-semibold">
          <span className="heading mb-1 block">Predict first</span>
          {predict.question}
        </legend>
        <div className="mt-2 flex flex-col gap-1">
          {predict.options.map((option, i) => (
            <label key={option} className="flex items-baseline gap-2.5">
              <input
                type="radio"
                name="predict"
                className="accent-ink"
                checked={chosen === i}
                onChange={() => setChosen(i)}
              />
              <span className={chosen !== null && i === predict.answer ? "font-semibold" : ""}>{option}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p role="status" className={chosen === null ? "" : "mt-3"}>
        {chosen !== null && (
          <>
            <strong className="font-semibold">
              {right ? "Yes." : `Not quite: ${predict.options[predict.answer] ?? ""}.`}
            </strong>{" "}
            {predict.because}
          </>
        )}
      </p>
    </section>
  );
}
