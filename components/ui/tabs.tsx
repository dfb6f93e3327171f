"use client";

import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

export interface Tab {
  id: string;
  title: string;
  /** Drawn only while its tab is open. */
  panel: () => ReactNode;
}

interface Props {
  label: string;
  tabs: Tab[];
  end?: ReactNode;
  /** A tab that comes to the front each time its `count` grows. */
  called?: { id: string; count: number };
}

/** Tabs by the WAI-ARIA pattern: arrows move and open, one tab stop. */
export function Tabs({ label, tabs, end, called }: Props) {
  const base = useId();
  const [chosen, setChosen] = useState(tabs[0]?.id);
  const [seenCalls, setSeenCalls] = useState(called?.count ?? 0);
  if (called && called.count > seenCalls) {
    setSeenCalls(called.count);
    setChosen(called.id);
  }
  const open = tabs.find((tab) => tab.id === chosen) ?? tabs[0];
  const move = (event: KeyboardEvent, index: number) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = tabs[(index + by + tabs.length) % tabs.length];
    if (!next) return;
    setChosen(next.id);
    document.getElementById(`${base}-${next.id}`)?.focus();
  };
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex h-10 shrink-0 items-stretch border-b border-hair pr-3 pl-4">
        <div role="tablist" aria-label={label} className="flex gap-3.5">
          {tabs.map((tab, index) => {
            const on = tab === open;
            return (
              <button
                key={tab.id}
                id={`${base}-${tab.id}`}
                type="button"
                role="tab"
                aria-selected={on}
                aria-controls={on ? `${base}-panel` : undefined}
                tabIndex={on ? 0 : -1}
                onClick={() => setChosen(tab.id)}
                onKeyDown={(event) => move(event, index)}
                className={`-mb-px border-b-2 pt-0.5 text-[13px] font-medium ${on ? "border-ink text-ink" : "quiet border-transparent"}`}
              >
                {tab.title}
              </button>
            );
          })}
        </div>
        {end && <div className="ml-auto flex items-center">{end}</div>}
      </div>
      <div
        id={`${base}-panel`}
        role="tabpanel"
        aria-labelledby={`${base}-${open?.id}`}
        className="min-h-0 flex-1 overflow-hidden"
      >
        {open?.panel()}
      </div>
    </div>
  );
}
