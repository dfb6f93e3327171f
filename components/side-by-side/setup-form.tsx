"use client";

import type { ReactNode } from "react";
import { useChanges } from "./hooks";
import type { Visit } from "./visit";

/** What the next one is to be; locked while one runs. */
export function SetupForm({ visit, children }: { visit: Visit; children: ReactNode }) {
  const { lock, view, isRunning } = useChanges(visit);
  const isWatched = view !== null && !view.owner && isRunning;
  return (
    <div className="flex flex-col gap-5 p-4">
      {isWatched && <p className="border-l-2 border-ink pl-2">{lock}</p>}
      <fieldset disabled={lock !== null} title={lock ?? undefined} className="flex min-w-0 flex-col gap-5">
        <legend className="sr-only">Set-up</legend>
        {children}
      </fieldset>
    </div>
  );
}
