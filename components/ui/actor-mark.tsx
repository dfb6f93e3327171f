import { actorHue, actorShape, shapePath } from "../run/actors";

/** An actor's shape in its hue, 12 px. Hollow: the actor is not in the run yet. */
export function ActorMark({ index, size = 11 }: { index: number | undefined; size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="-6 -6 12 12" className="inline-block shrink-0">
      <path
        d={shapePath(actorShape(index), 4.4)}
        fill={index === undefined ? "none" : actorHue(index)}
        stroke={index === undefined ? "var(--edge)" : "none"}
        strokeWidth={1.3}
      />
    </svg>
  );
}
