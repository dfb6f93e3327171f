"use client";

import { useId } from "react";
import { type BodyField, fieldTitle } from "./schema-fields";

interface Props {
  fields: BodyField[];
  typed: Readonly<Record<string, string>>;
  onType: (name: string, value: string) => void;
  disabled: boolean;
}

/** The fields of a body, one a line: label at the left, entry at the right. */
export function Fields({ fields, typed, onType, disabled }: Props) {
  const base = useId();
  return fields.map(({ name, kind, options, min, max, initial }) => {
    const value = typed[name] ?? initial;
    const common = {
      id: `${base}-${name}`,
      value,
      disabled,
      className: "field w-[88px]",
      onChange: (event: { target: { value: string } }) => onType(name, event.target.value),
    };
    return (
      <div key={name} className="mt-1.5 flex items-center justify-between gap-2">
        <label htmlFor={`${base}-${name}`}>{fieldTitle(name)}</label>
        {kind === "flag" && (
          <input
            type="checkbox"
            id={`${base}-${name}`}
            disabled={disabled}
            checked={value === "true"}
            onChange={(event) => onType(name, String(event.target.checked))}
          />
        )}
        {kind === "choice" && (
          <select {...common}>
            {options.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        )}
        {kind === "number" && <input type="number" inputMode="decimal" min={min} max={max} {...common} />}
        {kind === "text" && <input type="text" autoComplete="off" {...common} />}
      </div>
    );
  });
}
