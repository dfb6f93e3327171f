"use client";

import { useEffect, useRef } from "react";
import { useSession, useStore } from "../run/hooks";
import { Scroll } from "../ui/scroll";
import type { LessonSection } from "./lesson-walk";
import { Predict } from "./predict";
import { useWalk } from "./walk-context";

export interface LessonText {
  sections: LessonSection[];
  predict: { question: string; options: string[]; answer: number; because: string } | null;
}

/** The lesson, beside what it speaks of: a section may show itself on the run. */
export function LessonPane({ lesson }: { lesson: LessonText }) {
  const session = useSession();
  const walk = useWalk();
  const { scenario: running } = useStore("facts").facts;
  const titleOf = (list: { id: string; title: string }[], id: string) =>
    list.find((each) => each.id === id)?.title ?? id;
  const here = useRef<HTMLElement>(null);
  const current = walk.stop?.title ?? null;
  useEffect(() => {
    if (current !== null) here.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <Scroll label="Lesson" className="h-full overflow-y-auto px-4 py-4">
      {lesson.predict && <Predict predict={lesson.predict} />}
      {lesson.sections.map((section) => {
        const { title, html, scenario, variant: wanted } = section;
        const isHere = title === current;
        return (
          <section
            key={title}
            ref={isHere ? here : undefined}
            aria-current={isHere ? "step" : undefined}
            className={`mt-7 border-l-2 pl-3 -ml-3.5 first:mt-0 ${isHere ? "border-ink" : "border-transparent"}`}
          >
            <h2 className="text-[15px] font-semibold">{title}</h2>
            {/* biome-ignore lint/security/noDangerouslySetInnerHtml: made on the server from this repository's own lesson.md */}
            <div className="prose mt-1.5" dangerouslySetInnerHTML={{ __html: html }} />
            {(scenario ?? wanted) !== undefined && (
              <button
                type="button"
                className="button mt-3"
                disabled={session.lock !== null || running !== null}
                title={session.lock ?? (running ? "A scenario is running." : undefined)}
                onClick={() => void walk.play(section)}
              >
                Show me
                <span className="opacity-75">
                  {[
                    scenario === undefined ? null : titleOf(session.pattern.scenarios, scenario),
                    wanted === undefined ? null : `on ${titleOf(session.pattern.variants, wanted)}`,
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </span>
              </button>
            )}
            {isHere && walk.problem !== null && (
              <p className="mt-2 border-l-2 border-deny pl-2 text-deny">{walk.problem}</p>
            )}
          </section>
        );
      })}
    </Scroll>
  );
}
