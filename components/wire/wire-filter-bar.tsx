"use client";

import { useStore } from "../run/hooks";
import { ALL_KINDS, type RowKind, type WireFilter } from "./wire-rows";

const KINDS: [RowKind, string][] = [
  ["command", "commands"],
  ["inner", "inside Lua"],
  ["key", "key events"],
  ["note", "run"],
];

interface Props {
  filter: WireFilter;
  onChange: (filter: WireFilter) => void;
}

/** Which rows of the wire are wanted: by text, by actor, by kind. */
export function WireFilterBar({ filter, onChange }: Props) {
  const { actors } = useStore("facts").facts;
  const toggle = (kind: RowKind) => {
    const kinds = new Set(filter.kinds);
    if (!kinds.delete(kind)) kinds.add(kind);
    onChange({ ...filter, kinds });
  };
  const open = filter.text === "" && filter.actor === null && filter.kinds.size === ALL_KINDS.size;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[12.5px]">
      <input
        type="search"
        aria-label="Filter the wire by text"
        placeholder="Filter  /"
        data-shortcut="filter"
        className="field w-[150px] py-0 placeholder:text-soft"
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <select
        aria-label="Filter the wire by actor"
        className="field max-w-[120px] py-0"
        value={filter.actor ?? ""}
        onChange={(event) => onChange({ ...filter, actor: event.target.value || null })}
      >
        <option value="">every actor</option>
        {[...actors.keys()].map((actor) => (
          <option key={actor}>{actor}</option>
        ))}
      </select>
      <fieldset className="flex flex-wrap gap-x-3">
        <legend className="sr-only">Kinds of rows</legend>
        {KINDS.map(([kind, title]) => (
          <label key={kind} className="flex items-center gap-1 text-soft has-checked:text-ink">
            <input
              type="checkbox"
              className="size-3 accent-ink"
              checked={filter.kinds.has(kind)}
              onChange={() => toggle(kind)}
            />
            {title}
          </label>
        ))}
      </fieldset>
      {!open && (
        <button type="button" className="link" onClick={() => onChange({ text: "", actor: null, kinds: ALL_KINDS })}>
          clear
        </button>
      )}
    </div>
  );
}
