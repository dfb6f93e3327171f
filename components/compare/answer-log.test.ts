import { describe, expect, it } from "vitest";
import type { ComparisonBatch } from "@/lib/contract";
import { AnswerLog } from "./answer-log";

/** Arrivals every 100 ms, two clients by turns. */
function batch(from: number, ...answers: string[]): ComparisonBatch {
  const numbers = [...(answers[0] ?? "")].map((_, i) => from + i);
  return {
    comparisonId: "c",
    from,
    atMs: numbers.map((n) => n * 100),
    clients: numbers.map((n) => n % 2),
    answers,
    elapsedMs: 0,
  };
}

describe("what is known of the answers", () => {
  it("counts each limiter's answers by letter", () => {
    const log = new AnswerLog(6, 2, 1);
    log.append(batch(0, "yynx", "ynnn"));
    expect(log.counts).toEqual([
      { y: 2, n: 1, x: 1 },
      { y: 1, n: 3, x: 0 },
    ]);
    expect([log.count, log.letter(0, 3), log.clients[3], log.atMs[3]]).toEqual([4, "x", 1, 300]);
  });

  it("takes of a batch that overlaps only what it lacks", () => {
    const log = new AnswerLog(6, 1, 1);
    log.append(batch(0, "yyy"));
    expect(log.append(batch(1, "nnnn"))).toBe(true);
    expect([log.count, log.counts[0]]).toEqual([5, { y: 3, n: 2, x: 0 }]);
  });

  it("refuses a batch that would leave a hole, and stays as it was", () => {
    const log = new AnswerLog(6, 1, 1);
    log.append(batch(0, "yy"));
    expect(log.append(batch(3, "y"))).toBe(false);
    expect([log.count, log.version]).toEqual([2, 1]);
  });

  it("does not count a batch that brings nothing as a change", () => {
    const log = new AnswerLog(6, 1, 1);
    log.append(batch(0, "yy"));
    expect(log.append(batch(0, "yy"))).toBe(true);
    expect(log.version).toBe(1);
  });

  it("never takes more than the schedule has", () => {
    const log = new AnswerLog(3, 1, 1);
    log.append(batch(0, "yyyyy"));
    expect([log.count, log.counts[0]?.y]).toEqual([3, 3]);
  });
});

describe("arrivals on which limiters differ", () => {
  const log = new AnswerLog(10, 3, 1);
  log.append(batch(0, "yynyn", "yynyn", "ynnyx"));
  log.append(batch(5, "yyyyy", "yyyyy", "yynyy"));

  it("are found among two limiters or more, no answer included", () => {
    expect([...log.disagreed.subarray(0, log.disagreements)]).toEqual([1, 4, 7]);
  });

  it("are found by the moment, the nearest first", () => {
    expect([0, 240, 260, 560, 9000].map((ms) => log.nearestDisagreement(ms))).toEqual([1, 1, 4, 7, 7]);
    expect(new AnswerLog(5, 2, 1).nearestDisagreement(0)).toBeNull();
  });

  it("are walked forwards and backwards, and not beyond the ends", () => {
    expect([log.neighbourOf(null, 1), log.neighbourOf(1, 1), log.neighbourOf(4, 1), log.neighbourOf(7, 1)]).toEqual([
      1, 4, 7, 7,
    ]);
    expect([log.neighbourOf(null, -1), log.neighbourOf(7, -1), log.neighbourOf(1, -1)]).toEqual([7, 4, 1]);
    expect(new AnswerLog(5, 2, 1).neighbourOf(null, 1)).toBeNull();
  });
});

describe("bins that follow a log", () => {
  it("count what came before and what comes after they were asked for", () => {
    const log = new AnswerLog(10, 2, 1);
    log.append(batch(0, "yyny", "ynny"));
    const bins = log.follow(200);
    log.append(batch(4, "nn", "yn"));
    expect([...bins.arrivals]).toEqual([2, 2, 2, 0, 0]);
    expect(bins.admitted.map((counts) => [...counts])).toEqual([
      [2, 1, 0, 0, 0],
      [1, 1, 1, 0, 0],
    ]);
    expect([...bins.disagreed]).toEqual([1, 0, 1, 0, 0]);
  });

  it("stand still once they are forgotten", () => {
    const log = new AnswerLog(10, 1, 1);
    const bins = log.follow(500);
    log.forget(bins);
    log.append(batch(0, "yy"));
    expect(bins.arrivals[0]).toBe(0);
    expect(log.bySecond.arrivals[0]).toBe(2);
  });
});
