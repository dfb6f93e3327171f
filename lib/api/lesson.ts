/** A pattern's lesson.md: front matter for the catalogue, sections as HTML, each with the scenario that shows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Marked } from "marked";
import { parse } from "yaml";
import { z } from "zod";

const frontMatter = z.strictObject({
  structure: z.string(),
  useWhen: z.string(),
  notWhen: z.string(),
  predict: z
    .strictObject({
      question: z.string(),
      options: z.array(z.string()).min(2),
      answer: z.int().min(0),
      because: z.string(),
    })
    .nullable()
    .default(null),
});

/** `violation`: the first one. `fault`: what broke first. `denied`: the first answer that says no. */
const MOMENTS = ["violation", "fault", "denied"] as const;
export type LessonMoment = (typeof MOMENTS)[number];

export interface LessonSection {
  title: string;
  html: string;
  scenario?: string;
  variant?: string;
  /** Where the playhead goes when the scenario is over. */
  moment?: LessonMoment;
}
export interface Lesson {
  sections: LessonSection[];
  predict: z.infer<typeof frontMatter>["predict"];
}

const DIRECTIVE = /^(scenario|variant|moment):\s*([a-z0-9-]+)\s*$/;
const markdown = new Marked({ async: false, gfm: true });

function read(id: string): { meta: z.infer<typeof frontMatter>; body: string } {
  const file = join(process.cwd(), "lib", "patterns", id, "lesson.md");
  const [, yaml, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(file, "utf8")) ?? [];
  if (yaml === undefined || body === undefined) throw new Error(`${file} has no front matter`);
  return { meta: frontMatter.parse(parse(yaml)), body };
}

export function lessonFrontMatter(id: string): Pick<z.infer<typeof frontMatter>, "structure" | "useWhen" | "notWhen"> {
  const { structure, useWhen, notWhen } = read(id).meta;
  return { structure, useWhen, notWhen };
}

/** Sections start at `## `; lines `scenario: id`, `variant: id` and `moment: name` right under the heading name what shows it. */
export function lesson(id: string): Lesson {
  const { meta, body } = read(id);
  const sections = body
    .split(/^## /m)
    .slice(1)
    .map((text): LessonSection => {
      const [title = "", ...lines] = text.split("\n");
      const section: LessonSection = { title: title.trim(), html: "" };
      for (let line = lines[0]; line !== undefined; line = lines[0]) {
        const [, name, value] = DIRECTIVE.exec(line) ?? [];
        if (line.trim() !== "" && !name) break;
        if (name === "scenario") section.scenario = value;
        if (name === "variant") section.variant = value;
        if (name === "moment") section.moment = asMoment(value, section.title);
        lines.shift();
      }
      section.html = markdown.parse(lines.join("\n")) as string;
      return section;
    });
  return { sections, predict: meta.predict };
}

/** @throws Error naming the section, so that a misspelt moment is found where it stands */
function asMoment(value: string | undefined, section: string): LessonMoment {
  const moment = MOMENTS.find((known) => known === value);
  if (!moment) throw new Error(`"${section}": there is no moment "${value}", only ${MOMENTS.join(", ")}`);
  return moment;
}
