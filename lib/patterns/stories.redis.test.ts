/**
 * Each story of each pattern, played on real Redis with each variant: it ends as promised, and has the golden shape that
 * stands in its pattern's `golden.txt`. `GOLDEN=write` writes the files anew; then read the diff.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { goldenShape } from "../run/golden";
import { testService } from "../run/testing";
import { patterns } from "./registry";

const SEED = 1;
const STORY_MS = 40_000;
const WRITE = process.env.GOLDEN === "write";
const MARK = "## ";

/** Lines by story. */
function read(file: string): Map<string, string[]> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const stories = text.split(`\n${MARK}`).slice(1);
  return new Map(stories.map((story) => story.trimEnd().split("\n")).map(([title = "", ...lines]) => [title, lines]));
}

const written = (id: string, stories: ReadonlyMap<string, string[]>): string =>
  [
    `# Golden traces of ${id}, seed ${SEED}. Written by GOLDEN=write; see lib/patterns/README.md.\n`,
    ...[...stories].map(([title, lines]) => `${MARK}${title}\n${lines.join("\n")}\n`),
  ].join("\n");

/** Without the clock shim stories run in real time, and what falls on the edge of a window is chance. */
const IS_EXACT = Boolean(process.env.CLOCK_SHIM);

describe.each(patterns)("the stories of $id", ({ id, scenarios, variants }) => {
  const file = join(import.meta.dirname, id, "golden.txt");
  const golden = read(file);
  const played = new Map<string, string[]>();
  const { service, close } = testService();
  const stories = scenarios.flatMap((scenario) =>
    variants
      .filter((variant) => scenario.expect[variant.id] !== "n/a")
      .map((variant) => ({ title: `${scenario.id}, ${variant.id}`, scenario, variant: variant.id })),
  );

  afterAll(async () => {
    await close();
    if (WRITE && played.size === stories.length) writeFileSync(file, written(id, played));
  });

  // Without a clock that can be moved some stories cannot be told; golden.txt has them all the same.
  it.each(stories.filter(({ scenario }) => IS_EXACT || scenario.needs !== "clock"))(
    "$title: ends as promised, in its golden shape",
    async ({ title, scenario, variant }) => {
      const owned = await service.open({ pattern: id, variant, seed: SEED }, title);
      const { run } = owned;
      const { verdict } = await run.play(scenario.id, "fast");
      const { events } = run.trace.log.range(1, run.trace.log.lastSeq);
      const shape = goldenShape(events, verdict, scenario.race !== undefined);
      await service.remove(owned);
      played.set(title, shape);
      const promised = scenario.expect[variant];
      expect(verdict.holds, verdict.text).toBe(promised === "holds");
      expect(verdict.violations.length > 0).toBe(promised === "breaks");
      if (IS_EXACT && !WRITE) expect(shape).toEqual(golden.get(title));
    },
    STORY_MS,
  );

  it.skipIf(WRITE)("are all that golden.txt tells", () => {
    expect([...golden.keys()]).toEqual(stories.map(({ title }) => title));
  });
});
