import { describe, expect, it } from "vitest";
import { Answers, NO_ANSWER } from "../comparison/answers";
import { scheduleOf } from "../comparison/schedule";
import type { Arrivals } from "../contract";
import { comparisonStream, type Exported } from "./comparison-export";

const PER_RUN = ["answer", "remaining", "retry_after_ms", "decision_ms"];

/** Two limiters that admit every arrival up to `answered`; the first one leaves out what it does not know. */
function comparisonOf(
  over: Partial<Arrivals> = {},
  answered?: number,
  variants = ["safe", "as-written"],
): Exported & { total: number } {
  const arrivals: Arrivals = { shape: "steady", rate: 3, seconds: 1, clients: 2, cost: 2, ...over };
  const schedule = scheduleOf(arrivals, 1);
  const answers = new Answers(schedule, variants.length);
  for (let n = 0; n < (answered ?? answers.total); n++) {
    answers.record(0, n, { letter: "y", remaining: null, retryAfterMs: null, ms: 0.1234567 });
    answers.record(1, n, { letter: "y", remaining: 7, retryAfterMs: 0, ms: 2 });
  }
  const runs = variants.map((id) => ({ run: { pattern: { id: "token-bucket" }, variant: { id } } }));
  return { arrivals, schedule, answers, runs, total: answers.total };
}

const csvOf = (comparison: Exported) => new Response(comparisonStream(comparison)).text();

describe("the CSV of a comparison", () => {
  it("has a header, one line per arrival and CRLF after each, the last one too", async () => {
    const comparison = comparisonOf();
    const { names, clients } = comparison.schedule;
    const who = [...clients].map((client) => names[client]);
    const columns = ["safe", "as-written"].flatMap((id) => PER_RUN.map((column) => `token-bucket/${id} ${column}`));
    expect(await csvOf(comparison)).toBe(
      [
        ["n", "at_ms", "client", "cost", ...columns, "disagree"].join(","),
        `0,0,${who[0]},2,y,,,0.123,y,7,0,2,0`,
        `1,333.333,${who[1]},2,y,,,0.123,y,7,0,2,0`,
        `2,666.667,${who[2]},2,y,,,0.123,y,7,0,2,0`,
        "",
      ].join("\r\n"),
    );
  });

  it("says where they disagreed, and leaves out what came without an answer", async () => {
    const comparison = comparisonOf({}, 1);
    comparison.answers.record(0, 1, NO_ANSWER);
    comparison.answers.record(1, 1, { letter: "n", remaining: 0, retryAfterMs: 1500, ms: 1 });
    const lines = (await csvOf(comparison)).split("\r\n");
    expect(lines[2]).toMatch(/^1,333\.333,\w+,2,x,,,,n,0,1500,1,1$/);
  });

  it("ends at the last arrival that all have answered", async () => {
    const comparison = comparisonOf({}, 1);
    comparison.answers.record(0, 1, NO_ANSWER);
    expect((await csvOf(comparison)).trimEnd().split("\r\n")).toHaveLength(1 + 1);
    expect((await csvOf(comparisonOf({}, 0))).trimEnd().split("\r\n")).toHaveLength(1);
  });

  it("comes in chunks when it is long, without losing or doubling a line", async () => {
    const comparison = comparisonOf({ rate: 2500 });
    let chunks = 0;
    for await (const _ of comparisonStream(comparison)) chunks += 1;
    expect(chunks).toBe(1 + 3);
    const lines = (await csvOf(comparison)).trimEnd().split("\r\n").slice(1);
    expect(lines.map((line) => Number(line.split(",")[0]))).toEqual(Array.from({ length: 2500 }, (_, n) => n));
  });

  it("tells a limiter that takes part twice apart by its number", async () => {
    const [header] = (await csvOf(comparisonOf({}, 0, ["safe", "safe"]))).split("\r\n");
    expect(header?.split(",").filter((name) => name.endsWith(" answer"))).toEqual([
      "token-bucket/safe answer",
      "token-bucket/safe#2 answer",
    ]);
  });
});
