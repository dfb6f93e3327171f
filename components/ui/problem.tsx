"use client";

import { useSession } from "../run/hooks";
import type { Place } from "../run/session";

/** What the API refused at this place, beside its cause. The region is always there, so that it is read out when it fills. */
export function Problem({ place }: { place: Place }) {
  const text = useSession().problems.get(place);
  return (
    <div role="status" aria-live="polite" className={text ? "mt-2 border-l-2 border-deny pl-2 text-deny" : undefined}>
      {text}
    </div>
  );
}
