import { describe, expect, it } from "vitest";
import { type Answer, Answers, type Letter, NO_ANSWER } from "./answers";
import { scheduleOf } from "./schedule";

const answersOf = (total: number, limiters = 2) =>
  new Answers(scheduleOf({ shape: "steady", rate: total, seconds: 1, clients: 2, cost: 1 }, 1), limiters);
const answer = (letter: Letter, ms = 1): Answer => ({ letter, remaining: 3, retryAfterMs: null, ms });
const admitted = answer("y");
const denied = answer("n");

describe("answers", () => {
  it("count as answered only up to the first arrival that a limiter has not answered yet", () => {
    const answers = answersOf(4);
    for (const n of [0, 1, 2, 3]) answers.record(0, n, admitted);
    expect(answers.answered).toBe(0);
    answers.record(1, 2, admitted);
    answers.record(1, 1, admitted);
    expect([answers.answered, answers.prefixOf(0), answers.prefixOf(1)]).toEqual([0, 4, 0]);
    answers.record(1, 0, admitted);
    expect([answers.answered, answers.prefixOf(1)]).toEqual([3, 3]);
    answers.record(1, 3, admitted);
    expect(answers.answered).toBe(answers.total);
  });

  it("stay as they were first: what comes later is refused and changes no count", () => {
    const answers = answersOf(2);
    expect(answers.record(0, 0, NO_ANSWER)).toBe(true);
    expect(answers.record(0, 0, admitted)).toBe(false);
    expect(answers.counts(0)).toEqual({ y: 0, n: 0, x: 1 });
    expect(answers.answer(0, 0)).toEqual(NO_ANSWER);
    expect(answers.decisionsMs(0)).toHaveLength(0);
  });

  it("come back as they were given, null where the variant did not know", () => {
    const answers = answersOf(3, 1);
    const given: Answer[] = [
      { letter: "y", remaining: 0, retryAfterMs: 0, ms: 0.5 },
      { letter: "n", remaining: null, retryAfterMs: 3_600_000, ms: 0.25 },
      NO_ANSWER,
    ];
    for (const [n, one] of given.entries()) answers.record(0, n, one);
    expect(given.map((_, n) => answers.answer(0, n))).toEqual(given);
    expect(answers.letters(0, 0, 3)).toBe("ynx");
    expect(answers.letters(0, 1, 2)).toBe("n");
    expect(answers.letters(0, 3, 3)).toBe("");
  });

  it("that differ are told in the order of the arrivals, once all have answered, with when, who and what each said", () => {
    const answers = answersOf(4, 3);
    for (const n of [3, 2, 1, 0]) answers.record(0, n, admitted);
    for (const n of [3, 2, 1, 0]) answers.record(1, n, n === 2 ? denied : admitted);
    expect(answers.disagreements).toBe(0);
    for (const n of [3, 2, 1, 0]) answers.record(2, n, n === 3 ? NO_ANSWER : admitted);
    const { names, clients } = scheduleOf({ shape: "steady", rate: 4, seconds: 1, clients: 2, cost: 1 }, 1);
    expect(answers.disagreements).toBe(2);
    expect(answers.disagreed).toEqual([
      { n: 2, atMs: 500, client: names[clients[2] ?? -1], answers: "yny" },
      { n: 3, atMs: 750, client: names[clients[3] ?? -1], answers: "yyx" },
    ]);
    expect([0, 1, 2, 3].map((n) => answers.differs(n))).toEqual([false, false, true, true]);
  });

  it("that differ are all counted, and the first 200 listed", () => {
    const answers = answersOf(300);
    for (let n = 0; n < 300; n++) {
      answers.record(0, n, admitted);
      answers.record(1, n, denied);
    }
    expect(answers.disagreements).toBe(300);
    expect(answers.disagreed.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it("tell how long decisions took, ascending as numbers, without those that never came", () => {
    const answers = answersOf(4, 1);
    for (const [n, ms] of [10, 9, 100].entries()) answers.record(0, n, answer("y", ms));
    answers.record(0, 3, NO_ANSWER);
    expect([...answers.decisionsMs(0)]).toEqual([9, 10, 100]);
    expect(answers.counts(0)).toEqual({ y: 3, n: 0, x: 1 });
  });

  it("of a limiter that does not exist are nobody's", () => {
    expect(() => answersOf(1).record(2, 0, admitted)).toThrow(RangeError);
  });
});
