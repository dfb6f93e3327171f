"use client";

import { useSession, useStore } from "../run/hooks";
import { Scroll } from "../ui/scroll";
import { Predict } from "./predict";

export interface LessonText {
  sections: { title: string; html: string; scenario?: string; variant?: string }[];
  predict: { question: string; options: string[]; answer: number; because: string } | null;
}

/** The lesson, beside what it speaks of: a section may show itself on the run. */
export function LessonPane({ lesson }: { lesson: LessonText }) {
  const session = useSession();
  const { variant, scenario: running } = useStore("facts").facts;
  const titleOf = (list: { id: string; title: string }[], id: string) =>
    list.find((each) => each.id === id)?.title ?? id;
  const show = async (scenario: string | undefined, wanted: string | undefined) => {
    if (wanted !== undefined && wanted !== variant && !(await session.setVariant(wanted))) return;
    if (scenario !== undefined) await session.scenario(scenario, "live");
  };
  return (
    <Scroll label="Lesson" className="h-full overflow-y-auto px-4 py-4">
      {lesson.predict && <Predict predict={lesson.predict} />}
      {lesson.sections.map(({ title, html, scenario, variant: wanted }) => (
        <section key={title} className="mt-7 first:mt-0">
          <h2 className="text-[15px] font-semibold">{title}</h2>
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: made on the server from this repository's own lesson.md */}
          <div className="prose mt-1.5" dangerouslySetInnerHTML={{ __html: html }} />
          {(scenario ?? wanted) !== undefined && (
            <button
              type="button"
              className="button mt-3"
              disabled={session.lock !== null || running !== null}
              title={session.lock ?? (running ? "A scenario is running." : undefined)}
              onClick={() => show(scenario, wanted)}
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
        </section>
      ))}
    </Scroll>
  );
}
