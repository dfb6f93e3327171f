"use client";

import { useId } from "react";
import { actorHue } from "../run/actors";
import { useStore } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";

export const WELL_KNOWN: readonly string[] = ["alice", "bob", "carol"];

interface Props {
  label: string;
  /** To be had at a click. */
  names?: readonly string[];
  value: string;
  onChange: (client: string) => void;
  disabled: boolean;
}

/** Who acts: well-known names at a click, any other by writing it. */
export function ClientPicker({ label, names = WELL_KNOWN, value, onChange, disabled }: Props) {
  const name = useId();
  const { actors } = useStore("facts").facts;
  return (
    <fieldset disabled={disabled}>
      <legend className="sr-only">{label}</legend>
      <div className="flex gap-3">
        {names.map((client) => (
          <label key={client} className="group flex items-center gap-1.5">
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === client}
              onChange={() => onChange(client)}
            />
            <ActorMark index={actors.get(client)?.index} />
            <span
              className="border-b-2 border-transparent group-has-checked:border-ink group-has-checked:font-semibold group-has-focus-visible:outline-2 group-has-focus-visible:outline-offset-2"
              style={{ color: actorHue(actors.get(client)?.index) }}
            >
              {client}
            </span>
          </label>
        ))}
      </div>
      <label className="mt-2 flex items-center justify-between gap-2">
        <span>{label}</span>
        <input
          type="text"
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          className="field w-[110px]"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
    </fieldset>
  );
}
