"use client";

import type { Exploration, ShortestSchedule } from "@/lib/contract";
import { useSession } from "../run/hooks";
import { CopyLink } from "../share/copy-link";
import { ActorMark } from "../ui/actor-mark";

/** The shortest order that breaks the race, a sentence a step, and the ways to see it. */
export function ShortestOrder({ exploration, shortest }: { exploration: Exploration; shortest: ShortestSchedule }) {
  const session = useSession();
  const { scenario, variant } = exploration;
  const { lock } = session.step;
  const last = shortest.told.length - 1;
  // Sentences may be the same twice: two actors read the same number.
  const told = shortest.told.map((text, i) => ({ text, key: `${i} ${text}`, actor: text.split(" ", 1)[0] ?? "" }));
  return (
    <section aria-labelledby="shortest-heading" className="mt-5 border-t border-hair pt-4">
      <h3 id="shortest-heading" className="font-semibold">
        The shortest way to break it
      </h3>
      <ol className="mt-2 flex flex-col gap-1.5">
        {told.map(({ text, key, actor }, i) => (
          <li key={key} className="grid grid-cols-[20px_1fr] items-baseline break-words">
            <span>
              {exploration.alphabet.includes(actor) && <ActorMark index={exploration.alphabet.indexOf(actor)} />}
            </span>
            <span className={i === last ? "font-semibold" : undefined}>{text}</span>
          </li>
        ))}
      </ol>
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="button"
          className="button button-main"
          disabled={lock !== null}
          title={lock ?? "Runs this order step by step, from its start"}
          onClick={() => void session.step.begin({ scenario, actors: null }, shortest.schedule, true)}
        >
          Replay it
        </button>
        <CopyLink
          className="button"
          copied="Link copied"
          text={() => session.orderUrl(shortest.schedule, { scenario, variant })}
        >
          Copy as a link
        </CopyLink>
      </div>
    </section>
  );
}
