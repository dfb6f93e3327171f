"use client";

import { useState } from "react";

export const MAX_SEED = 4_294_967_295;

/** A seed to type. Empty (null): the server draws one. */
export function SeedSetting({ value, onChange }: { value: number | null; onChange: (seed: number | null) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const type = (text: string) => {
    setDraft(text);
    const number = Number(text);
    if (text.trim() === "") onChange(null);
    else if (Number.isInteger(number) && number >= 0 && number <= MAX_SEED) onChange(number);
  };
  return (
    <label className="mt-1.5 flex items-center gap-1.5">
      Seed
      <input
        type="number"
        className="field ml-auto w-[132px] text-right disabled:border-transparent"
        placeholder="drawn"
        min={0}
        max={MAX_SEED}
        step={1}
        value={draft ?? (value === null ? "" : String(value))}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setDraft(null)}
      />
    </label>
  );
}
