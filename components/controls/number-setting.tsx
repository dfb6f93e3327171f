"use client";

import { useState } from "react";
import { positionOf, type Range, STOPS, snap, valueAt } from "./slider-scale";

interface Props {
  title: string;
  unit: string;
  range: Range;
  value: number;
  onChange: (value: number) => void;
  withSlider?: boolean;
}

/** A number to type, and where that helps to draw. What is typed counts as soon as it is in range. */
export function NumberSetting({ title, unit, range, value, onChange, withSlider = false }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const type = (text: string) => {
    setDraft(text);
    const number = Number(text);
    if (text.trim() !== "" && number >= range.min && number <= range.max && snap(number, range) === number)
      onChange(number);
  };
  const leave = () => {
    const number = Number(draft);
    if (draft !== null && draft.trim() !== "" && Number.isFinite(number)) onChange(snap(number, range));
    setDraft(null);
  };
  return (
    <div className="mt-1.5">
      <div className="flex items-center gap-1.5">
        <span aria-hidden="true">{title}</span>
        <input
          type="number"
          aria-label={`${title}, ${unit}`}
          className="field ml-auto w-[66px] text-right disabled:border-transparent"
          min={range.min}
          max={range.max}
          step={range.step}
          value={draft ?? String(value)}
          onChange={(event) => type(event.target.value)}
          onBlur={leave}
        />
        <span aria-hidden="true" className="w-[60px] text-soft">
          {unit}
        </span>
      </div>
      {withSlider && (
        <input
          type="range"
          aria-label={`${title} slider`}
          aria-valuetext={`${value} ${unit}`}
          className="slider mt-1"
          min={0}
          max={STOPS}
          step={1}
          value={positionOf(value, range)}
          onChange={(event) => {
            setDraft(null);
            onChange(valueAt(Number(event.target.value), range));
          }}
        />
      )}
    </div>
  );
}
