"use client";

import { actorHue } from "../run/actors";
import { useSession } from "../run/hooks";
import { ActorMark } from "../ui/actor-mark";

/** An actor's name with its mark; pressed, the stage shows this one. */
export function ActorButton({ actor, scale }: { actor: string; scale: number }) {
  const session = useSession();
  const index = session.store.facts.actors.get(actor)?.index;
  return (
    <button
      type="button"
      aria-pressed={session.focus === actor}
      aria-label={`Show ${actor}`}
      title={`Show ${actor}`}
      onClick={() => session.setFocus(session.focus === actor ? null : actor)}
      className="stage-text flex min-w-0 items-center gap-2 rounded-sm pr-2 font-medium aria-pressed:underline aria-pressed:underline-offset-4"
      style={{ color: actorHue(index) }}
    >
      <ActorMark index={index} size={Math.round(12 * scale)} />
      <span className="truncate">{actor}</span>
    </button>
  );
}
