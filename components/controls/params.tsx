"use client";

import { useEffect, useRef, useState } from "react";
import type { ParamSpec } from "@/lib/contract";
import { useSession, useStore } from "../run/hooks";
import { Problem } from "../ui/problem";
import { positionOf, STOPS, valueAt } from "./slider-scale";

const SETTLE_MS = 250;

/** The pattern's numbers. Keys stay when one changes; the verdict starts afresh. */
export function Params() {
  const { pattern } = useSession();
  if (!pattern.params.length) return null;
  return (
    <section aria-labelledby="params-heading">
      <h2 id="params-heading" className="heading mb-1">
        Parameters
      </h2>
      {pattern.params.map((spec) => (
        <Param key={spec.id} spec={spec} />
      ))}
      <Problem place="params" />
    </section>
  );
}

function Param({ spec }: { spec: ParamSpec }) {
  const session = useSession();
  const { params } = useStore("facts").facts;
  const [draft, setDraft] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const value = draft ?? String(params[spec.id] ?? spec.default);
  const number = Number(value);
  const disabled = session.lock !== null;
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );

  const change = (text: string) => {
    setDraft(text);
    if (timer.current !== null) clearTimeout(timer.current);
    if (text.trim() === "" || !Number.isFinite(Number(text))) return;
    timer.current = setTimeout(async () => {
      session.store.seek(null);
      await session.try("params", "PATCH", "", { params: { [spec.id]: Number(text) } });
      setDraft(null);
    }, SETTLE_MS);
  };

  return (
    <div className="mt-1.5">
      <div className="flex items-center gap-1">
        <span aria-hidden="true">{spec.title}</span>
        <input
          type="number"
          aria-label={`${spec.title}, ${spec.unit}`}
          className="field ml-auto w-[58px] shrink-0 text-right"
          min={spec.min}
          max={spec.max}
          step={spec.step}
          disabled={disabled}
          value={value}
          onChange={(event) => change(event.target.value)}
          onBlur={() => setDraft((text) => (text !== null && text.trim() === "" ? null : text))}
        />
        <span aria-hidden="true" className="w-[58px] text-soft">
          {spec.unit}
        </span>
      </div>
      <input
        type="range"
        aria-label={`${spec.title} slider`}
        aria-valuetext={`${value} ${spec.unit}`}
        className="slider mt-1"
        min={0}
        max={STOPS}
        step={1}
        disabled={disabled}
        value={positionOf(Number.isFinite(number) ? number : spec.default, spec)}
        onChange={(event) => change(String(valueAt(Number(event.target.value), spec)))}
      />
    </div>
  );
}
