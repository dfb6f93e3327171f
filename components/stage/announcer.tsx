"use client";

import { useSampled, useStore } from "../run/hooks";
import { sentenceAt } from "./sentences";

/** What a screen reader is told: what happens, at most once a second, and at once when the invariant breaks. */
export function Announcer() {
  const store = useStore("slow", "playhead");
  const said = useSampled(sentenceAt(store), 1000);
  const { verdict } = store.picture();
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
      <p aria-live="assertive" className="sr-only">
        {verdict?.holds === false ? `The invariant is broken. ${verdict.violations[0]?.text ?? verdict.text}` : ""}
      </p>
    </>
  );
}
