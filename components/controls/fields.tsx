"use client";

import { useId } from "react";
import { isFromAnswer } from "./latest-answer";
import { type BodyField, fieldTitle } from "./schema-fields";

interface Props {
  fields: BodyField[];
  typed: Readonly<Record<string, string>>;
  onType: (name: string, value: string) => void;
  disabled: boolean;
  /** What is left empty is taken from the latest answer that has it. */
  fromAnswers?: boolean;
}

/** The fields of a body, one a line: label at the left, entry at the right. */
export function Fields({ fields, typed, onType, disabled, fromAnswers }: Props) {
  const base = useId();
  return fields.map((field) => {
    const { name, kind, options, min, max, initial } = field;
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
        {kind === "text" && (
          <input
            type="text"
            autoComplete="off"
            placeholder={fromAnswers && isFromAnswer(field) ? "the latest" : undefined}
            {...common}
          />
        )}
      </div>
    );
  });
}
